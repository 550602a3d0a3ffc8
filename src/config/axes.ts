import { configError } from './config-error.js'
import type { Override } from './overrides/override.js'
import { parseOverrides } from './overrides/parser.js'
import { type OptionsOf, overrideText, signedKey, sweepValues } from './overrides/sweeps.js'
import { type Sweep, isSweep } from './overrides/values.js'

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

/** One dimension of a search space. */
export type Axis = ChoiceAxis | IntervalAxis

/** The words of a sweep: those that stay as they are, and the axes. */
export interface Axes {
  readonly fixed: readonly string[]
  readonly axes: readonly Axis[]
}

/**
 * Sorts the words of a sweep into fixed overrides and axes, each key at its first place with its last values;
 * `optionsOf` lists a group's options for `glob(...)`.
 */
export function expandAxes(words: readonly string[], optionsOf: OptionsOf = noOptions): Axes {
  const last = new Map(parseOverrides(words).map((override) => [signedKey(override), override]))
  const overrides = [...last.values()]
  return {
    fixed: overrides.filter((override) => !isSwept(override)).map(({ input }) => input),
    axes: overrides.filter(isSwept).map((override) => axisOf(override, override.value, optionsOf)),
  }
}

interface Swept extends Override {
  readonly value: Sweep
}

function isSwept(override: Override): override is Swept {
  return override.value !== undefined && isSweep(override.value)
}

function axisOf(override: Override, sweep: Sweep, optionsOf: OptionsOf): Axis {
  const key = signedKey(override)
  if (sweep.kind !== 'interval') {
    const values = sweepValues(sweep, override, optionsOf)
    return { key, kind: 'choice', options: values.map((value) => overrideText(override, value)) }
  }
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
