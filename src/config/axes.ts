import { configError } from './config-error.js'
import type { Override } from './overrides/override.js'
import { type OptionsOf, signedKey } from './overrides/sweeps.js'
import type { IntervalSweep } from './overrides/values.js'
import { type Rules, type Verdict, createJudge, fixedText, readSpace, rowsOf } from './space.js'
import { readSweepWords } from './sweep-words.js'

/** An axis of listed values. */
export interface ChoiceAxis {
  readonly key: string
  readonly kind: 'choice'
  /** Override words such as `model=cnn`, in order. */
  readonly options: readonly string[]
}

/** An axis of all numbers between two bounds, which only a sampler can draw from. */
export interface IntervalAxis {
  readonly key: string
  readonly kind: 'interval'
  readonly low: number
  readonly high: number
  /** Whether the values are whole numbers: `int(interval(...))`. */
  readonly integer: boolean
  /** Whether the values are spread evenly in their logarithm: `tag(log, interval(...))`. */
  readonly log: boolean
}

/** An axis of several keys that vary together: zipped ones, or those of sub-grids. */
export interface JointAxis {
  /** The keys joined by ` & `. */
  readonly key: string
  readonly kind: 'joint'
  readonly keys: readonly string[]
  /** A row of words for each option, one word for each key, empty where the option leaves the key alone. */
  readonly options: readonly (readonly string[])[]
}

/** An axis that a sampler chooses one word of. */
export type SampledAxis = ChoiceAxis | IntervalAxis

/** One dimension of a search space. */
export type Axis = SampledAxis | JointAxis

/** The words of a sweep: those that stay as they are, the axes, and what holds between them. */
export interface Axes {
  readonly fixed: readonly string[]
  readonly axes: readonly Axis[]
  /** Applies `when` and `forbid` to the words of the axes. */
  readonly judge: (words: readonly string[]) => Verdict
}

/**
 * Sorts the words of a sweep into fixed overrides and axes, each key at its first place with its last values;
 * `optionsOf` lists a group's options for `glob(...)`. A fixed word with a condition is an axis of one option.
 */
export function expandAxes(words: readonly string[], optionsOf: OptionsOf = noOptions): Axes {
  const { parts, rules } = readSpace(readSweepWords(words), optionsOf)
  const fixed: Override[] = []
  const axes: Axis[] = []
  for (const part of parts) {
    if (part.kind === 'joint') {
      axes.push({ key: part.keys.join(' & '), kind: 'joint', keys: part.keys, options: part.rows })
    } else if (part.kind === 'swept' && part.sweep.kind === 'interval') {
      axes.push(intervalOf(part.override, part.sweep))
    } else if (part.kind === 'swept' || isConditional(part.override, rules)) {
      const options = rowsOf(part, optionsOf).flat()
      axes.push({ key: signedKey(part.override), kind: 'choice', options })
    } else {
      fixed.push(part.override)
    }
  }
  const judge = createJudge(rules, fixed.map(fixedText))
  return { fixed: fixed.map(({ input }) => input), axes, judge }
}

function isConditional(override: Override, { when }: Rules): boolean {
  return (when.get(signedKey(override)) ?? []).length > 0
}

function intervalOf(override: Override, sweep: IntervalSweep): IntervalAxis {
  const key = signedKey(override)
  const [low, high] = [Number(sweep.start), Number(sweep.end)]
  const log = sweep.tags.includes('log')
  const problem =
    !Number.isFinite(low) || !Number.isFinite(high) || low >= high
      ? 'The lower bound of an interval must be below its upper bound'
      : log && low <= 0
        ? 'A logarithmic interval must lie above zero'
        : undefined
  if (problem !== undefined) {
    throw configError('other', problem, { origin: override.valueOrigin, code: 'usage' })
  }
  const integer = typeof sweep.start === 'bigint' && typeof sweep.end === 'bigint'
  return { key, kind: 'interval', low, high, integer, log }
}

function noOptions(group: string): never {
  throw configError('other', `The options of '${group}' are not known here`)
}
