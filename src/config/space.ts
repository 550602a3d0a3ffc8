import { nearest } from '../core/table.js'
import { configError } from './config-error.js'
import { type Override, choiceKey } from './overrides/override.js'
import { parseOverride } from './overrides/parser.js'
import { type OptionsOf, overrideText, signedKey, sweepValues } from './overrides/sweeps.js'
import { type Element, type Sweep, elementText, isSweep } from './overrides/values.js'
import {
  type Condition,
  type ConditionalOverride,
  type SubGrid,
  type SweepWords,
  comparedText,
} from './sweep-words.js'

/** A part of a search space; parts vary independently of each other. */
export type Part =
  | { readonly kind: 'fixed'; readonly override: Override }
  | { readonly kind: 'swept'; readonly override: Override; readonly sweep: Sweep }
  | JointPart

/** Keys that vary together, paired by `zip(...)` or listed by sub-grids. */
export interface JointPart {
  readonly kind: 'joint'
  readonly keys: readonly string[]
  /** Rows of words, one for each key; empty where a sub-grid has no such key. */
  readonly rows: readonly (readonly string[])[]
}

/** What holds between the words of one job. */
export interface Rules {
  /** Conditions of a word by its signed key. */
  readonly when: ReadonlyMap<string, readonly Condition[]>
  readonly forbidden: readonly (readonly Condition[])[]
}

/** The words of a sweep as parts in order: each key at its first place, with its last values. */
export function readSpace(
  { items, forbidden }: SweepWords,
  optionsOf: OptionsOf,
): { readonly parts: readonly Part[]; readonly rules: Rules } {
  const grids = items.filter(isGrid)
  const last = new Map<string, ConditionalOverride | readonly SubGrid[]>()
  for (const item of items) {
    if (isGrid(item)) last.set('grid()', grids)
    else last.set(signedKey(item.override), item)
  }
  const singles = [...last.values()].filter(isSingle)
  const zipped = groupZips(singles)
  const parts = [...last.values()].flatMap((item): Part[] => {
    if (!isSingle(item)) return [unite(item, optionsOf)]
    const { override } = item
    if (override.value === undefined || !isSweep(override.value))
      return [{ kind: 'fixed', override }]
    const zip = zipOf(override)
    if (zip === undefined) return [{ kind: 'swept', override, sweep: override.value }]
    const members = zipped.get(zip) ?? []
    return members[0] === override ? [pair(members, optionsOf)] : []
  })
  const when = new Map(singles.map(({ override, when }) => [signedKey(override), when]))
  const rules = { when, forbidden }
  checkKeys(parts, grids)
  checkConditions(parts, rules)
  return { parts, rules }
}

/** The words of a job under the rules: those whose condition fails are empty; whether the job is forbidden. */
export interface Verdict {
  readonly words: readonly string[]
  readonly allowed: boolean
}

/** Judges the words of jobs by rules; `fixed` are the words that every job has besides. */
export function createJudge(
  { when, forbidden }: Rules,
  fixed: readonly string[],
): (words: readonly string[]) => Verdict {
  const known = new Map<string, readonly [string, string]>()
  const meaningOf = (word: string): readonly [string, string] => {
    const found = known.get(word) ?? meaning(word)
    known.set(word, found)
    return found
  }
  return (words) => {
    let kept = words
    for (;;) {
      const values = new Map([...fixed, ...present(kept)].map(meaningOf))
      const next = kept.map((word) => {
        const conditions = when.get(signedKeyOf(word)) ?? []
        return conditions.every((condition) => holds(condition, values)) ? word : ''
      })
      if (next.every((word, index) => word === kept[index])) {
        const isForbidden = forbidden.some((rule) => rule.every((one) => holds(one, values)))
        return { words: kept, allowed: !isForbidden }
      }
      // A word that is gone can be the condition of another.
      kept = next
    }
  }
}

/** Every key of a part, with its sign. */
function keysOf(part: Part): readonly string[] {
  return part.kind === 'joint' ? part.keys : [signedKey(part.override)]
}

/** The words a part can give a job, row by row, in order. */
export function rowsOf(part: Part, optionsOf: OptionsOf): readonly (readonly string[])[] {
  if (part.kind === 'joint') return part.rows
  if (part.kind === 'fixed') return [[fixedText(part.override)]]
  const { override, sweep } = part
  return sweepValues(sweep, override, optionsOf).map((value) => [overrideText(override, value)])
}

/** The word of an override that does not vary, as jobs repeat it. */
export function fixedText(override: Override): string {
  return `${signedKey(override)}=${elementText(override.value ?? null)}`
}

const most = 1_000_000

/** All jobs of a space, each the list of its words, the last part varying fastest; a job that `when` makes equal to an earlier one is left out. */
export function listJobs(parts: readonly Part[], rules: Rules, optionsOf: OptionsOf): string[][] {
  const rows = parts.map((part) => rowsOf(part, optionsOf))
  const count = rows.reduce((product, options) => product * options.length, 1)
  if (count > most) throw configError('other', `A grid of ${count} jobs is too large`)
  let jobs: string[][] = [[]]
  for (const options of rows) {
    jobs = jobs.flatMap((job) => options.map((row) => [...job, ...row]))
  }
  return isPlain(rules) ? jobs.map(present) : distinct(jobs, createJudge(rules, [])).map(present)
}

/** The allowed choices; of those that become equal as they lose words, the first. */
export function distinct(
  choices: readonly (readonly string[])[],
  judge: (words: readonly string[]) => Verdict,
): (readonly string[])[] {
  const seen = new Set<string>()
  return choices.flatMap((choice) => {
    const { words, allowed } = judge(choice)
    const text = JSON.stringify(words)
    const isRepeated = seen.has(text) && words.some((word, index) => word !== choice[index])
    seen.add(text)
    return allowed && !isRepeated ? [words] : []
  })
}

/** The words that are there. */
export function present(words: readonly string[]): string[] {
  return words.filter((word) => word !== '')
}

function signedKeyOf(word: string): string {
  return word.slice(0, word.indexOf('='))
}

function isPlain({ when, forbidden }: Rules): boolean {
  return forbidden.length === 0 && [...when.values()].every((conditions) => conditions.length === 0)
}

function isGrid(item: ConditionalOverride | SubGrid): item is SubGrid {
  return 'grid' in item
}

function isSingle(item: ConditionalOverride | readonly SubGrid[]): item is ConditionalOverride {
  return 'override' in item
}

function zipOf({ value }: Override): string | undefined {
  return value !== undefined && isSweep(value) && value.kind === 'choice' ? value.zip : undefined
}

function groupZips(items: readonly ConditionalOverride[]): Map<string, Override[]> {
  const zips = new Map<string, Override[]>()
  for (const { override } of items) {
    const zip = zipOf(override)
    if (zip !== undefined) zips.set(zip, [...(zips.get(zip) ?? []), override])
  }
  return zips
}

function pair(members: readonly Override[], optionsOf: OptionsOf): JointPart {
  const columns = members.map((override) => rowsOf(asPart(override), optionsOf).flat())
  const lengths = columns.map((column) => column.length)
  const [first = 0] = lengths
  const other = lengths.findIndex((length) => length !== first)
  if (other !== -1) {
    const counts = members.map((member, index) => `${signedKey(member)} has ${lengths[index] ?? 0}`)
    throw usage(`A zip pairs lists of one length, but ${counts.join(', ')}`, members[other])
  }
  if (members.length < 2) {
    throw usage('A zip needs a second one to be paired with', members[0], {
      hint: 'Keys with zip(...) advance together: model=zip(mlp,cnn) seed=zip(1,2). Zips with name=... pair among themselves.',
    })
  }
  const rows = Array.from({ length: first }, (_, row) => columns.map((column) => column[row] ?? ''))
  return { kind: 'joint', keys: members.map(signedKey), rows }
}

function asPart(override: Override): Part {
  const { value } = override
  return value !== undefined && isSweep(value)
    ? { kind: 'swept', override, sweep: value }
    : { kind: 'fixed', override }
}

/** The jobs of several sub-grids, one after the other. */
function unite(grids: readonly SubGrid[], optionsOf: OptionsOf): JointPart {
  const jobs = grids.flatMap(({ grid, origin }) => {
    const { parts, rules } = readSpace({ items: grid, forbidden: [] }, optionsOf)
    if (parts.some((part) => part.kind === 'swept' && part.sweep.kind === 'interval')) {
      throw configError('other', 'A sub-grid lists its values, so it has no intervals', {
        origin,
        code: 'usage',
      })
    }
    return listJobs(parts, rules, optionsOf)
  })
  const keys = [...new Set(jobs.flat().map(signedKeyOf))]
  const rows = jobs.map((job) =>
    keys.map((key) => job.find((word) => word.startsWith(`${key}=`)) ?? ''),
  )
  return { kind: 'joint', keys, rows }
}

function checkKeys(parts: readonly Part[], grids: readonly SubGrid[]): void {
  const seen = new Set<string>()
  for (const key of parts.flatMap(keysOf)) {
    if (!seen.has(key)) seen.add(key)
    else {
      throw configError('other', `'${key}' is set both inside and outside of grid(...)`, {
        origin: grids[0]?.origin,
        code: 'usage',
      })
    }
  }
}

function checkConditions(parts: readonly Part[], { when, forbidden }: Rules): void {
  const keys = parts.flatMap(keysOf).map((key) => key.replace(/^[~+]+/, ''))
  for (const { key, origin } of [...when.values(), ...forbidden].flat()) {
    if (keys.includes(key)) continue
    throw configError('other', `No word of the sweep sets '${key}', so the condition cannot hold`, {
      origin,
      code: 'usage',
      suggestions: nearest(key, keys),
      hint: `Add the word ${key}=<value>.`,
    })
  }
}

function holds({ key, values }: Condition, actual: ReadonlyMap<string, string>): boolean {
  const value = actual.get(key)
  return value !== undefined && values.includes(value)
}

/** The key of a word and its value as conditions compare it. */
function meaning(word: string): readonly [string, string] {
  const override = parseOverride(word)
  const value: Element = override.value ?? null
  return [choiceKey(override), comparedText(value)]
}

function usage(
  message: string,
  override: Override | undefined,
  options: { readonly hint?: string } = {},
): Error {
  return configError('other', message, { origin: override?.valueOrigin, code: 'usage', ...options })
}
