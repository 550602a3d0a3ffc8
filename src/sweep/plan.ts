import { expandAxes, type Axis, type IntervalAxis } from '../config/axes.js'
import { composeRoot, rootLibrary, type ComposeContext, type Composed } from '../config/compose.js'
import { AppError } from '../core/errors.js'
import { lookUp } from '../core/table.js'
import type { SamplerConfig, SweepConfig, TrainConfig } from '../spec/types.gen.js'
import { chooseObjective, type Objective } from './objective.js'
import { samplers, type SamplerKind } from './samplers/samplers.js'

/** One trial: the command `train <words>` and the config it composes to. */
export interface Trial {
  readonly number: number
  readonly words: readonly string[]
  /** The words of this trial's axes, in the order of the axes. */
  readonly choices: readonly string[]
  /** `choices` without the seed: trials of the same group differ in nothing else. */
  readonly group: string
  readonly composed: Composed<TrainConfig>
}

/** A sweep, composed and checked as a whole before its first trial starts. */
export interface SweepPlan {
  readonly config: SweepConfig
  readonly axes: readonly Axis[]
  /** Null for a sweep of no trials. */
  readonly objective: Objective | null
  readonly trials: readonly Trial[]
}

/**
 * Splits the words into fixed ones and axes, lets the sampler choose, and composes every trial, so that a mistake in
 * the last one shows before the first one starts. A `seed=a,b` axis repeats each choice with each of its seeds.
 */
export function planSweep(words: readonly string[], context: ComposeContext): SweepPlan {
  const library = rootLibrary('sweep', context)
  const { fixed, axes } = expandAxes(words, (group) => library.options(group))
  checkAxes(axes)
  const compose = (choices: readonly string[]): Composed<SweepConfig> =>
    composeRoot('sweep', [...fixed, ...choices], context)
  const { config } = compose(axes.flatMap(firstOption))
  const choices = chooseAll(config.sampler, axes)
  const composed = choices.map((words, number) => named(number, words, () => compose(words)))
  const trainWords = fixed.filter((word) => !ownKey.test(word))
  return {
    config,
    axes,
    objective: chooseObjective(composed.map((trial) => trial.config)),
    trials: composed.map((trial, number) => ({
      number,
      words: [...trainWords, ...(choices[number] ?? [])],
      choices: choices[number] ?? [],
      group: (choices[number] ?? []).filter((_, index) => axes[index]?.key !== 'seed').join(' '),
      composed: { ...trial, config: stripSweep(trial.config) },
    })),
  }
}

/** The words of every trial; the seeds are no matter for the sampler, each choice is repeated with all of them. */
function chooseAll(config: SamplerConfig, axes: readonly Axis[]): string[][] {
  const sampler: SamplerKind = lookUp(samplers, config.name, 'sampler')
  const seeds = axes.find((axis) => axis.key === 'seed' && axis.kind === 'choice')
  const searched = axes.filter((axis) => axis !== seeds)
  const count = searched.length === 0 ? 1 : sampler.count(config, searched)
  const points = Array.from({ length: count }, (_, number) =>
    sampler.choose(config, searched, number, []),
  )
  if (seeds?.kind !== 'choice') return points
  const place = axes.indexOf(seeds)
  return points.flatMap((point) => seeds.options.map((seed) => point.toSpliced(place, 0, seed)))
}

/** A value the base config can be composed with. */
function firstOption(axis: Axis): string[] {
  if (axis.kind === 'interval') return [`${axis.key}=${middle(axis)}`]
  return axis.options.slice(0, 1)
}

function middle({ low, high, integer }: IntervalAxis): number {
  const value = (low + high) / 2
  return integer ? Math.floor(value) : value
}

function stripSweep(config: SweepConfig): TrainConfig {
  const entries = Object.entries(config).filter(([key]) => key !== 'sampler' && key !== 'sweep')
  return Object.fromEntries(entries) as unknown as TrainConfig
}

/** Keys of the sweep itself, which are no part of a trial. */
const ownKey = /^[~+]*(sampler|sweep)([.@=]|$)/

function checkAxes(axes: readonly Axis[]): void {
  const own = axes.find((axis) => ownKey.test(axis.key))
  if (own !== undefined) {
    throw new AppError(
      'usage',
      `${own.key} belongs to the sweep itself and cannot be an axis of it`,
    )
  }
  if (axes.length > 0) return
  throw new AppError('usage', 'A sweep needs at least one axis: a word with several values', {
    hint:
      'For example: atelier sweep model=mlp,cnn optimizer.lr=0.1,0.01 (a grid), or\n' +
      "atelier sweep 'optimizer.lr=tag(log,interval(0.001,0.1))' sampler=random sampler.trials=20.",
  })
}

/** Lets an error of a trial's config say which trial it is. */
function named<T>(number: number, choices: readonly string[], compose: () => T): T {
  try {
    return compose()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, message, hint, suggestions, location, frame, details } = error
    throw new AppError(code, `Trial ${number} (${choices.join(' ')}): ${message}`, {
      suggestions,
      details,
      cause: error,
      ...(hint !== undefined && { hint }),
      ...(location !== undefined && { location }),
      ...(frame !== undefined && { frame }),
    })
  }
}
