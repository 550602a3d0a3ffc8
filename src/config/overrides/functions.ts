import { configError } from '../config-error.js'
import { cast, jsonStr, toBool, toFloat, toInt, toStr } from './casts.js'
import { rangeValues } from './ranges.js'
import { descending, sorted, turned } from './sort.js'
import {
  type ChoiceSweep,
  type Element,
  type ListEdit,
  type Numeric,
  isList,
  isPlain,
  isQuoted,
  isStorable,
  isSweep,
  shown,
} from './values.js'

/** Calls one of the grammar's functions; quoted arguments come in without their quotes. A wrong call is a `parse` error. */
export function callFunction(
  name: string,
  positional: readonly Element[],
  named: ReadonlyMap<string, Element>,
): Element {
  const known = Object.hasOwn(functions, name)
  if (!known) fail(`there is no such function; there are ${Object.keys(functions).join(', ')}`)
  const definition: Definition = functions[name as keyof typeof functions]
  return definition.apply(bind(definition, positional, named))
}

interface Arguments {
  /** Positional arguments of a function that takes any number of them. */
  readonly rest: readonly Element[]
  readonly named: ReadonlyMap<string, Element>
}

interface Definition {
  readonly names: readonly string[]
  /** Whether positional arguments are a list of their own instead of filling the names in order. */
  readonly any: boolean
  apply(given: Arguments): Element
}

const functions = {
  bool: { names: ['value'], any: true, apply: (given) => cast(toBool, operand(given)) },
  choice: { names: [], any: true, apply: ({ rest }) => choice(rest) },
  float: { names: ['value'], any: true, apply: (given) => cast(toFloat, operand(given)) },
  glob: { names: ['include', 'exclude'], any: false, apply: glob },
  int: { names: ['value'], any: true, apply: (given) => cast(toInt, operand(given)) },
  interval: { names: ['start', 'end'], any: false, apply: interval },
  range: { names: ['start', 'stop', 'step'], any: false, apply: range },
  shuffle: { names: ['sweep', 'list'], any: true, apply: shuffle },
  sort: { names: ['sweep', 'list', 'reverse'], any: true, apply: sort },
  str: { names: ['value'], any: true, apply: (given) => cast(toStr, operand(given)) },
  tag: { names: ['sweep'], any: true, apply: tag },
  append: { names: [], any: true, apply: ({ rest }) => edit('append', 0n, rest) },
  prepend: { names: [], any: true, apply: ({ rest }) => edit('prepend', 0n, rest) },
  remove: { names: [], any: true, apply: ({ rest }) => edit('remove', 0n, rest) },
  insert: { names: [], any: true, apply: insert },
  replace: { names: ['value'], any: false, apply: replace },
  zip: { names: ['name'], any: true, apply: zip },
  json_str: { names: ['value'], any: true, apply: (given) => jsonStr(operand(given)) },
  extend_list: {
    names: [],
    any: true,
    apply: ({ rest }) => ({ kind: 'extend-list', values: rest }),
  },
} satisfies Record<string, Definition>

/** Functions that take texts as they are written, with their quotes. */
const verbatim: ReadonlySet<string> = new Set([
  'append',
  'prepend',
  'remove',
  'insert',
  'replace',
  'zip',
])

/** Whether a function is given quoted texts with their quotes. */
export function keepsQuotes(name: string): boolean {
  return verbatim.has(name)
}

function bind(
  { names, any }: Definition,
  positional: readonly Element[],
  named: ReadonlyMap<string, Element>,
): Arguments {
  for (const name of named.keys()) {
    if (!names.includes(name)) fail(`there is no argument '${name}'`)
  }
  if (any) return { rest: positional, named }
  if (positional.length > names.length) fail('too many arguments')
  const bound = new Map(named)
  positional.forEach((value, index) => {
    const name = names[index] ?? ''
    if (bound.has(name)) fail(`'${name}' is given twice`)
    bound.set(name, value)
  })
  return { rest: [], named: bound }
}

function operand({ rest, named }: Arguments): Element {
  const value = named.get('value')
  if (value !== undefined && value !== null) {
    return rest.length > 0 ? fail('the value is given by place and by name') : value
  }
  const [first] = rest
  if (first === undefined) return fail('a value is missing')
  if (rest.some((item) => isSweep(item) && item.kind === 'glob')) fail('it does not take a glob')
  return rest.length === 1 ? first : simpleChoice(rest)
}

function simpleChoice(list: readonly Element[]): ChoiceSweep {
  return { kind: 'choice', simple: true, list, shuffle: false, tags: [] }
}

function choice(options: readonly Element[]): Element {
  const [first] = options
  if (first === undefined) return fail('an empty choice is not allowed')
  if (options.length === 1 && isSweep(first) && first.kind === 'choice') {
    return first.simple ? { ...first, simple: false } : fail('choices cannot be nested')
  }
  for (const option of options) {
    const wrong = option === null || (isSweep(option) && option.kind !== 'choice')
    if (wrong) fail(`${shown(option)} cannot be an option`)
  }
  return { ...simpleChoice(options), simple: false }
}

/** A choice that advances together with the others of its name; one range stands for its values. */
function zip({ rest, named }: Arguments): Element {
  const name = named.get('name') ?? ''
  const text = isQuoted(name) ? name.text : name
  if (typeof text !== 'string') return fail('its name is a text')
  const [first] = rest
  const isRange =
    rest.length === 1 && first !== undefined && isSweep(first) && first.kind === 'range'
  const list = isRange ? rangeValues(first) : rest
  for (const value of list) if (isSweep(value)) fail(`${shown(value)} cannot be one of its values`)
  if (list.length === 0) fail('its values are missing')
  return { ...simpleChoice(list), simple: false, zip: text }
}

function range({ named }: Arguments): Element {
  const start = numeric(required(named, 'start'))
  const stop = named.get('stop') ?? null
  const step = named.has('step') ? numeric(required(named, 'step')) : 1n
  const bounds = stop === null ? { start: 0n, stop: start } : { start, stop: numeric(stop) }
  return { kind: 'range', ...bounds, step, shuffle: false, tags: [] }
}

function interval({ named }: Arguments): Element {
  const start = Number(numeric(required(named, 'start')))
  const end = Number(numeric(required(named, 'end')))
  return { kind: 'interval', start, end, tags: [] }
}

function glob({ named }: Arguments): Element {
  const exclude = named.get('exclude') ?? null
  return {
    kind: 'glob',
    include: patterns(required(named, 'include')),
    exclude: exclude === null ? [] : patterns(exclude),
  }
}

function tag({ rest, named }: Arguments): Element {
  if (rest.length === 0) fail('a sweep is missing')
  const all = [...rest, ...named.values()]
  const last = all.at(-1) ?? null
  if (!isSweep(last) || last.kind === 'glob') {
    return fail('the last argument must be a choice, range or interval')
  }
  const tags = all.slice(0, -1).map((item) => {
    return typeof item === 'string'
      ? item
      : fail(`${shown(item)} is no text, so it cannot be a tag`)
  })
  return { ...last, tags: [...new Set(tags)].sort() }
}

function shuffle(given: Arguments): Element {
  const all = orderable(given)
  const [first] = all
  if (all.length !== 1 || first === undefined) return { ...simpleChoice(all), shuffle: true }
  if (isSweep(first)) {
    return first.kind === 'choice' || first.kind === 'range' ? { ...first, shuffle: true } : first
  }
  return isList(first) ? first : [first]
}

function sort(given: Arguments): Element {
  const reverse = given.named.get('reverse') ?? false
  if (typeof reverse !== 'boolean') return fail('`reverse` is true or false')
  const all = orderable(given)
  const [first] = all
  if (first === undefined) return fail('a value is missing')
  if (all.length > 1) {
    if (!all.every(isPlain)) fail('only plain values can be sorted')
    return simpleChoice(sorted(all, reverse))
  }
  if (isSweep(first)) {
    if (first.kind === 'choice') return { ...first, list: sorted(first.list, reverse) }
    return first.kind === 'range' && reverse !== descending(first) ? turned(first) : first
  }
  return isList(first) ? sorted(first, reverse) : first
}

function orderable({ rest, named }: Arguments): readonly Element[] {
  const single = named.get('list') ?? named.get('sweep') ?? null
  const all = single === null ? rest : [single]
  for (const item of all) {
    const wrong =
      item === null || (isSweep(item) && item.kind !== 'choice' && item.kind !== 'range')
    if (wrong) fail(`it does not take ${shown(item)}`)
  }
  return all
}

function edit(action: ListEdit['action'], index: bigint, values: readonly Element[]): Element {
  // Only `key+=[]` comes to nothing.
  if (values.length === 0 && action !== 'append') fail('the items are missing')
  for (const value of values)
    if (!isStorable(value)) fail(`${shown(value)} cannot be a list's item`)
  return { kind: 'edit', action, index, values }
}

function insert({ rest }: Arguments): Element {
  const [index, ...values] = rest
  if (typeof index === 'bigint') return edit('insert', index, values)
  return fail('the place comes first: a whole number, 0 for the front, -1 for before the last')
}

function replace({ named }: Arguments): Element {
  const value = required(named, 'value')
  return isStorable(value) ? { kind: 'replace', value } : fail(`it does not take ${shown(value)}`)
}

function required(named: ReadonlyMap<string, Element>, name: string): Element {
  const value = named.get(name)
  return value === undefined ? fail(`the argument '${name}' is missing`) : value
}

function numeric(value: Element): Numeric {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : fail(`${shown(value)} is not a number`)
}

function patterns(value: Element): string[] {
  const list = isList(value) ? value : [value]
  return list.map((item) => {
    if (typeof item === 'string') return item
    return item !== null && typeof item === 'object' && 'kind' in item && item.kind === 'quoted'
      ? item.text
      : fail(`${shown(item)} is not a pattern`)
  })
}

function fail(problem: string): never {
  throw configError('parse', problem)
}
