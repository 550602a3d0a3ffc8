import { rootNames } from './roots.js'
import { type Schema, referredName } from './schema-files.js'
import type { Source } from './sources.js'

/** One way to go on with a word. */
export interface Candidate {
  readonly text: string
  readonly description: string
}

/** What a word is completed from: a root, whose schema names keys, and the places of the search path. */
export interface CompletionScope {
  /** Null for a config without a schema. */
  readonly root: string | null
  readonly sources: readonly Source[]
  /** The words that are there already; a choice of an option decides which keys its group has. */
  readonly words: readonly string[]
  /** The schemas of roots and groups. */
  readonly schemas: Readonly<Record<string, Schema>>
}

/** Completes an override: groups with their options, keys part by part, and values where a schema lists them. */
export function completeOverride(typed: string, scope: CompletionScope): Candidate[] {
  const sign = /^(?:\+\+?|~)?/.exec(typed)?.[0] ?? ''
  const text = typed.slice(sign.length)
  const equal = text.indexOf('=')
  const found =
    equal === -1
      ? nameCandidates(text, sign, scope)
      : valueCandidates(sign, [text.slice(0, equal), text.slice(equal + 1)], scope)
  return found.map((candidate) => ({ ...candidate, text: sign + candidate.text }))
}

/** Completes a key without a value, as `config explain` and `--package` take it. */
export function completeKey(typed: string, scope: CompletionScope): Candidate[] {
  const candidates = keyCandidates(typed, keysOf(scope))
  return candidates.map(({ text, description }) => ({ text: text.replace(/=$/, ''), description }))
}

/** The names of the schemas that `config schema` knows. */
export function schemaNames({ schemas }: Pick<CompletionScope, 'schemas'>): Candidate[] {
  return Object.entries(schemas).map(([text, { description = '' }]) => ({
    text,
    description,
  }))
}

/** The primary configs of the search path. */
export function configNames({ sources }: Pick<CompletionScope, 'sources'>): string[] {
  return unique(sources.flatMap((source) => source.list('').files).flatMap(stems))
}

interface Key {
  readonly description: string
  readonly values: readonly string[]
}

function nameCandidates(text: string, sign: string, scope: CompletionScope): Candidate[] {
  const keys = keysOf(scope)
  const groups = groupsOf(scope.sources).filter((group) => group.startsWith(text))
  const ending = sign === '~' ? '' : '='
  const { schemas } = scope
  const choices = groups.flatMap((group) => {
    const known = scope.root === null || isGroupOf(schemas, scope.root, group)
    const description = schemas[group]?.description ?? 'config group'
    if (known) return [{ text: group + ending, description }]
    if (schemas[group] !== undefined || schemas[group.split('/')[0] ?? ''] !== undefined) return []
    return [{ text: `${sign === '' ? '+' : ''}${group}${ending}`, description }]
  })
  const taken = new Set(choices.map((choice) => choice.text.replace(/^\+/, '')))
  const values = keyCandidates(text, keys)
    .map((key) => ({ ...key, text: sign === '~' ? key.text.replace(/=$/, '') : key.text }))
    .filter((key) => !taken.has(key.text))
  return [...choices, ...values]
}

/** The keys that begin with a text, up to the next dot after it. */
function keyCandidates(text: string, keys: ReadonlyMap<string, Key>): Candidate[] {
  const found = new Map<string, Candidate>()
  for (const [key, { description }] of keys) {
    if (!key.startsWith(text)) continue
    const dot = key.indexOf('.', text.length)
    const part = dot === -1 ? `${key}=` : key.slice(0, dot + 1)
    if (!found.has(part))
      found.set(part, { text: part, description: dot === -1 ? description : '' })
  }
  return [...found.values()]
}

function valueCandidates(
  sign: string,
  [key, typed]: readonly [string, string],
  scope: CompletionScope,
): Candidate[] {
  const comma = typed.lastIndexOf(',') + 1
  const [before, last] = [typed.slice(0, comma), typed.slice(comma)]
  const group = key.split('@')[0] ?? ''
  const isChoice = sign !== '' || !isPlain(scope, group)
  const options = isChoice ? choicesOf(scope.sources, group) : []
  const values = keysOf(scope).get(key)?.values ?? []
  return unique([...options, ...values])
    .filter((value) => value.startsWith(last))
    .map((value) => ({ text: `${key}=${before}${value}`, description: '' }))
}

function isGroupOf(
  schemas: Readonly<Record<string, Schema>>,
  root: string,
  group: string,
): boolean {
  const property = schemas[root]?.properties?.[group]
  return property !== undefined && JSON.stringify(property).includes('"$ref"')
}

/** Whether a root has a key of a group's name that no option can be chosen for, as `split` is in `test`. */
function isPlain({ root, schemas }: CompletionScope, group: string): boolean {
  const known = root !== null && schemas[root]?.properties?.[group] !== undefined
  return known && !isGroupOf(schemas, root, group)
}

function groupsOf(sources: readonly Source[], group = '', depth = 0): string[] {
  if (depth > deepest) return []
  const names = unique(sources.flatMap((source) => source.list(group).groups))
  return names.flatMap((name) => {
    const path = group === '' ? name : `${group}/${name}`
    const own = optionsOf(sources, path).length > 0 ? [path] : []
    return [...own, ...groupsOf(sources, path, depth + 1)]
  })
}

const deepest = 5

/** The options of a group, and those of the groups in it with these groups' names before them. */
function choicesOf(sources: readonly Source[], group: string): string[] {
  const nested = groupsOf(sources, group).flatMap((inner) =>
    optionsOf(sources, inner).map((name) => `${inner.slice(group.length + 1)}/${name}`),
  )
  return [...optionsOf(sources, group), ...nested]
}

function optionsOf(sources: readonly Source[], group: string): string[] {
  return unique(sources.flatMap((source) => source.list(group).files).flatMap(stems))
}

function keysOf({ root, words, schemas }: CompletionScope): Map<string, Key> {
  const keys = new Map<string, Key>()
  if (!rootNames.some((name) => name === root)) return keys
  const choice = (key: string): string | undefined =>
    words.findLast((word) => word.startsWith(`${key}=`))?.slice(key.length + 1)
  const visit = (schema: Schema, path: string): void => {
    const name = referredName(schema)
    if (name !== undefined) {
      visit(schemas[name] ?? {}, path)
      return
    }
    for (const variant of variantsOf(schema, choice(path))) visit(variant, path)
    for (const [key, value] of Object.entries(schema.properties ?? {})) {
      visit(value, path === '' ? key : `${path}.${key}`)
    }
    if (path !== '' && schema.properties === undefined) note(keys, path, schema)
  }
  visit(schemas[root ?? ''] ?? {}, '')
  return keys
}

/** The alternatives of a value; where an option is chosen that is one of them, only that. */
function variantsOf(schema: Schema, chosen: string | undefined): readonly Schema[] {
  const variants = schema.oneOf ?? schema.anyOf ?? []
  const exact = variants.filter(({ properties }) => {
    const { const: only, enum: several = [only] } = properties?.['name'] ?? {}
    return several.includes(chosen)
  })
  return chosen === undefined || exact.length === 0 ? variants : exact
}

function note(keys: Map<string, Key>, path: string, schema: Schema): void {
  const types = [schema.type].flat()
  const values = [
    ...(schema.enum ?? []),
    ...(schema.const === undefined ? [] : [schema.const]),
    ...(types.includes('boolean') ? [true, false] : []),
    ...(types.includes('null') ? [null] : []),
  ].map(String)
  const isChoice = (schema.oneOf ?? schema.anyOf) !== undefined
  if (isChoice && hasKeysBelow(keys, path)) return
  const known = keys.get(path) ?? { description: '', values: [] }
  keys.set(path, {
    description: known.description === '' ? (schema.description ?? '') : known.description,
    values: unique([...known.values, ...values]),
  })
}

function hasKeysBelow(keys: ReadonlyMap<string, Key>, path: string): boolean {
  return [...keys.keys()].some((key) => key.startsWith(`${path}.`))
}

function stems(file: string): string[] {
  return file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
