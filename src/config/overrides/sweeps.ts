import { Random } from '../../core/random.js'
import { configError } from '../config-error.js'
import { type Override, choiceKey } from './override.js'
import { rangeValues } from './ranges.js'
import { type Element, type Sweep, elementText, isSweep } from './values.js'

/** The options of a config group by its name, for globs. */
export type OptionsOf = (group: string) => readonly string[]

/** The values a sweep runs through, in order; an interval has no such list. A shuffle is fixed by the override's text. */
export function sweepValues(sweep: Sweep, override: Override, optionsOf: OptionsOf): Element[] {
  switch (sweep.kind) {
    case 'choice':
      return ordered([...sweep.list], sweep.shuffle, override)
    case 'range':
      return ordered<Element>(rangeValues(sweep), sweep.shuffle, override)
    case 'glob':
      return optionsOf(override.key).filter(
        (name) => matches(name, sweep.include) && !matches(name, sweep.exclude),
      )
    case 'interval':
      throw configError(
        'other',
        `'${override.input}' is an interval, which cannot be counted out`,
        {
          origin: override.valueOrigin,
          hint: 'Draw from it with sampler=random, or list its values.',
        },
      )
  }
}

/** The sign and key of an override as its jobs repeat it, such as `+db@backup`. */
export function signedKey(override: Override): string {
  const signs = { change: '', add: '+', 'force-add': '++', delete: '~', 'extend-list': '' } as const
  return signs[override.type] + choiceKey(override)
}

/** The override with one value in place of its sweep. */
export function overrideText(override: Override, value: Element): string {
  if (isSweep(value)) {
    throw configError('other', `'${override.input}' has a sweep inside its options`, {
      origin: override.valueOrigin,
    })
  }
  return `${signedKey(override)}=${elementText(value)}`
}

function ordered<T>(values: T[], shuffle: boolean, { input }: Override): T[] {
  return shuffle ? new Random(0, `config/shuffle/${input}`).shuffle(values) : values
}

function matches(name: string, globs: readonly string[]): boolean {
  return globs.some((glob) => matchesGlob(name, marksOf(glob)))
}

/** Goes back to the latest `*` alone where a match fails, so the time is bounded by the product of both lengths. */
function matchesGlob(name: string, marks: readonly Mark[]): boolean {
  let [at, next, star, resume] = [0, 0, -1, 0]
  while (at < name.length) {
    const mark = marks[next]
    if (mark === '*') {
      ;[star, resume, next] = [next, at, next + 1]
    } else if (mark?.test(name.charAt(at)) === true) {
      ;[at, next] = [at + 1, next + 1]
    } else if (star !== -1) {
      resume += 1
      ;[at, next] = [resume, star + 1]
    } else {
      return false
    }
  }
  return marks.slice(next).every((mark) => mark === '*')
}

/** `*`, or what one character must be. */
type Mark = '*' | RegExp

/** The marks of a shell pattern: `*`, `?`, `[a-z]`, `[!a-z]` and plain characters. */
function marksOf(glob: string): Mark[] {
  const marks: Mark[] = []
  for (const [mark, others, set] of glob.matchAll(
    /\[(?:!(\]?[^\]]+|\])|(?!!)(\]?[^\]]+|\]))\]|[^]/g,
  )) {
    if (others !== undefined) marks.push(new RegExp(`^[^${characters(others)}]$`))
    else if (set !== undefined) marks.push(new RegExp(`^[${characters(set)}]$`))
    else if (mark === '*') marks.push('*')
    else marks.push(new RegExp(mark === '?' ? '^[^]$' : `^${escaped(mark)}$`))
  }
  return marks
}

/** The inside of a character class; a range that is turned round holds nothing. */
function characters(set: string): string {
  return set.replace(/([^])-([^])|[^]/g, (mark, low?: string, high?: string) => {
    if (low === undefined || high === undefined) return escaped(mark)
    return low <= high ? `${escaped(low)}-${escaped(high)}` : ''
  })
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
