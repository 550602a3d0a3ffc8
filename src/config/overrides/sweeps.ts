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
  return globs.some((glob) => globPattern(glob).test(name))
}

/** A shell pattern with `*`, `?`, `[a-z]` and `[!a-z]` as a regular expression over whole names. */
function globPattern(glob: string): RegExp {
  const source = glob.replace(
    /\[(?:!(\]?[^\]]+|\])|(?!!)(\]?[^\]]+|\]))\]|[^]/g,
    (mark, others?: string, set?: string) => {
      if (others !== undefined) return `[^${characters(others)}]`
      if (set !== undefined) return `[${characters(set)}]`
      if (mark === '*') return '[^]*'
      return mark === '?' ? '[^]' : escaped(mark)
    },
  )
  return new RegExp(`^${source}$`)
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
