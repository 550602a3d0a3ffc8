import { expandAxes, type Axis } from '../config/axes.js'
import { composeRoot, rootLibrary, type ComposeContext, type Composed } from '../config/compose.js'
import { present } from '../config/space.js'
import { AppError } from '../core/errors.js'
import type { SweepConfig, TrainConfig } from '../spec/types.gen.js'
import { chooseTrials, columnsOf, firstChoice } from './choices.js'
import { chooseObjective, type Objective } from './objective.js'

/** One trial: the command `train <words>` and the config it composes to. */
export interface Trial {
  readonly number: number
  readonly words: readonly string[]
  /** The words of this trial's axes, one for each column of the plan; empty where it leaves the key alone. */
  readonly choices: readonly string[]
  /** `choices` without the seed: trials of the same group differ in nothing else. */
  readonly group: string
  readonly composed: Composed<TrainConfig>
}

/** A sweep, composed and checked as a whole before its first trial starts. */
export interface SweepPlan {
  readonly config: SweepConfig
  readonly axes: readonly Axis[]
  /** The keys that the axes set, in order. */
  readonly columns: readonly string[]
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
  const space = expandAxes(words, (group) => library.options(group))
  const { fixed, axes } = space
  const columns = columnsOf(axes)
  checkColumns(columns)
  const compose = (choices: readonly string[]): Composed<SweepConfig> =>
    composeRoot('sweep', [...fixed, ...present(choices)], context, library)
  const { config } = compose(firstChoice(space))
  const choices = chooseTrials(config.sampler, space)
  const composed = choices.map((words, number) => ({
    ...named(number, words, () => compose(words)),
    // Composed anew for a message: the trees of ten thousand trials would not fit into memory.
    fail: (...problem: Parameters<Fail>) => compose(words).fail(...problem),
  }))
  const trainWords = fixed.filter((word) => !ownKey.test(word))
  return {
    config,
    axes,
    columns,
    objective: chooseObjective(composed.map((trial) => trial.config)),
    trials: composed.map((trial, number) => ({
      number,
      words: [...trainWords, ...present(choices[number] ?? [])],
      choices: choices[number] ?? [],
      group: present(choices[number] ?? [])
        .filter((word) => !word.startsWith('seed='))
        .join(' '),
      composed: { ...trial, config: stripSweep(trial.config) },
    })),
  }
}

function stripSweep(config: SweepConfig): TrainConfig {
  const entries = Object.entries(config).filter(([key]) => key !== 'sampler' && key !== 'sweep')
  return Object.fromEntries(entries) as unknown as TrainConfig
}

type Fail = Composed<SweepConfig>['fail']

/** Keys of the sweep itself, which are no part of a trial. */
const ownKey = /^[~+]*(sampler|sweep)([.@=]|$)/

function checkColumns(columns: readonly string[]): void {
  const own = columns.find((key) => ownKey.test(key))
  if (own !== undefined) {
    throw new AppError('usage', `${own} belongs to the sweep itself and cannot be an axis of it`)
  }
  if (columns.length > 0) return
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
    throw new AppError(code, `Trial ${number} (${present(choices).join(' ')}): ${message}`, {
      suggestions,
      details,
      cause: error,
      ...(hint !== undefined && { hint }),
      ...(location !== undefined && { location }),
      ...(frame !== undefined && { frame }),
    })
  }
}
