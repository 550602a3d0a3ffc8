import { floatText } from '../values.js'

/** A quoted text of an override, which keeps its quotes when it is written again. */
export interface Quoted {
  readonly kind: 'quoted'
  readonly text: string
  readonly quote: "'" | '"'
}

export interface Dictionary {
  readonly kind: 'dictionary'
  /** Keys and values in order; a key that comes again keeps its first place and takes the last value. */
  readonly entries: readonly (readonly [Primitive, Element])[]
}

/** Options listed one by one: `1,2` (simple) or `choice(1,2)`. */
export interface ChoiceSweep {
  readonly kind: 'choice'
  readonly simple: boolean
  readonly list: readonly Element[]
  readonly shuffle: boolean
  readonly tags: readonly string[]
  /** Set by `zip(...)`: choices of one name advance together. */
  readonly zip?: string
}

/** Numbers from start up to, not including, stop. */
export interface RangeSweep {
  readonly kind: 'range'
  readonly start: Numeric
  readonly stop: Numeric
  readonly step: Numeric
  readonly shuffle: boolean
  readonly tags: readonly string[]
}

/** All numbers between two bounds; only samplers that draw can use it. */
export interface IntervalSweep {
  readonly kind: 'interval'
  readonly start: Numeric
  readonly end: Numeric
  readonly tags: readonly string[]
}

/** The options of a group whose names match. */
export interface GlobSweep {
  readonly kind: 'glob'
  readonly include: readonly string[]
  readonly exclude: readonly string[]
}

/** Values appended to a list. */
export interface ListExtension {
  readonly kind: 'extend-list'
  readonly values: readonly Element[]
}

/** A change of a list in its place: `append(x)`, `prepend(x)`, `insert(1,x)`, `remove(x)`. */
export interface ListEdit {
  readonly kind: 'edit'
  readonly action: 'append' | 'prepend' | 'insert' | 'remove'
  /** Where `insert` puts the values; below zero it counts from the end. */
  readonly index: bigint
  readonly values: readonly Element[]
}

/** A value that takes the place of a mapping instead of being merged into it. */
export interface Replacement {
  readonly kind: 'replace'
  readonly value: Element
}

export type Numeric = bigint | number | boolean
export type Primitive = null | boolean | bigint | number | string | Quoted
export type Sweep = ChoiceSweep | RangeSweep | IntervalSweep | GlobSweep
export type Element =
  Primitive | readonly Element[] | Dictionary | Sweep | ListExtension | ListEdit | Replacement

const sweepKinds = new Set(['choice', 'range', 'interval', 'glob'])

/** Whether a value is swept over; a glob counts, although Hydra's tags and casts do not take one. */
export function isSweep(value: Element): value is Sweep {
  return isTagged(value) && sweepKinds.has(value.kind)
}

export function isQuoted(value: Element): value is Quoted {
  return isTagged(value) && value.kind === 'quoted'
}

export function isDictionary(value: Element): value is Dictionary {
  return isTagged(value) && value.kind === 'dictionary'
}

export function isEdit(value: Element): value is ListEdit {
  return isTagged(value) && value.kind === 'edit'
}

export function isReplacement(value: Element): value is Replacement {
  return isTagged(value) && value.kind === 'replace'
}

export function isList(value: Element): value is readonly Element[] {
  return Array.isArray(value)
}

function isTagged(
  value: Element,
): value is Exclude<Element, Primitive | readonly Element[]> | Quoted {
  return value !== null && typeof value === 'object' && !isList(value)
}

/** Whether a value can stand in a config, all of it: no sweep and no edit is part of it. */
export function isStorable(value: Element): boolean {
  if (isList(value)) return value.every(isStorable)
  if (!isTagged(value) || isQuoted(value)) return true
  return isDictionary(value) && value.entries.every(([, item]) => isStorable(item))
}

/** Whether a value is a bare text, number or boolean. */
export function isPlain(value: Element): value is string | bigint | number | boolean {
  return value !== null && typeof value !== 'object'
}

/** A value as an error message shows it. */
export function shown(value: Element): string {
  return isSweep(value) ? `a ${value.kind}` : `'${elementText(value)}'`
}

const special = /[\\()[\]{}:=, \t]/g

/** Writes a value so that parsing the text gives the value again: the text of a job's override. */
export function elementText(value: Element): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return floatText(value)
  if (typeof value === 'string') return value.replace(special, '\\$&')
  if (isList(value)) return `[${value.map(elementText).join(',')}]`
  switch (value.kind) {
    case 'quoted':
      return quotedText(value)
    case 'dictionary':
      return `{${value.entries.map(([key, item]) => `${elementText(key)}:${elementText(item)}`).join(',')}}`
    case 'glob':
      return `{include:${elementText(value.include)},exclude:${elementText(value.exclude)}}`
    case 'edit':
      return `${value.action}(${editArguments(value).map(elementText).join(',')})`
    case 'replace':
      return `replace(${elementText(value.value)})`
    case 'extend-list':
      return `{values:${elementText(value.values)}}`
    default:
      throw new TypeError(`a ${value.kind} sweep has no text form`)
  }
}

function editArguments({ action, index, values }: ListEdit): readonly Element[] {
  return action === 'insert' ? [index, ...values] : values
}

/** A quoted text with its quotes: backslashes count only before a quote, and are doubled there. */
function quotedText({ text, quote }: Quoted): string {
  const escaped = text.replace(/(\\*)(['"])|\\+/g, (run, slashes = '', mark = '', at: number) => {
    if (mark === quote) return `${slashes}${slashes}\\${mark}`
    return mark === '' && at + run.length === text.length ? run + run : run
  })
  return quote + escaped + quote
}
