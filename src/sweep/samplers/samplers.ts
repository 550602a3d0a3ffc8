import type { SampledAxis } from '../../config/axes.js'
import type { SamplerConfig } from '../../spec/types.gen.js'
import { grid } from './grid.js'
import { random } from './random.js'

/** A finished trial as a sampler sees it; `value` is null if it failed. */
export interface FinishedTrial {
  readonly number: number
  readonly words: readonly string[]
  readonly value: number | null
}

/**
 * A way to choose trials. It asks and is told, it never trains: a choice is a function of the config, the axes, the
 * trial's number (from 0) and the trials finished so far, so the search can be replayed from its journal.
 */
export interface SamplerKind<Config extends SamplerConfig = SamplerConfig> {
  /** The number of trials; throws where the sampler cannot search an axis. */
  count(config: Config, axes: readonly SampledAxis[]): number
  /** Whether the trials are all there are; otherwise a choice that is forbidden is made anew. */
  readonly exhaustive: boolean
  /** The override words of one trial, one for each axis; `attempt` counts the choices made for it before. */
  choose(
    config: Config,
    axes: readonly SampledAxis[],
    number: number,
    finished: readonly FinishedTrial[],
    attempt?: number,
  ): string[]
}

export const samplers = { grid, random } satisfies {
  [Name in SamplerConfig['name']]: SamplerKind<Extract<SamplerConfig, { name: Name }>>
}
