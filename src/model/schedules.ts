import { lookUp } from '../core/table.js'
import type { ResolvedScheduler } from '../spec/run-spec.js'
import { chained } from './schedules/chained.js'
import { constant } from './schedules/constant.js'
import { cosine } from './schedules/cosine.js'
import { cosineWarmRestarts } from './schedules/cosine-warm-restarts.js'
import { cyclic } from './schedules/cyclic.js'
import { exponential } from './schedules/exponential.js'
import { lambda } from './schedules/lambda.js'
import { linear } from './schedules/linear.js'
import { multiStep } from './schedules/multi-step.js'
import { none } from './schedules/none.js'
import { oneCycle } from './schedules/one-cycle.js'
import { plateau } from './schedules/plateau.js'
import { polynomial } from './schedules/polynomial.js'
import type { Extent, Schedule } from './schedules/schedule.js'
import { sequential } from './schedules/sequential.js'
import { step } from './schedules/step.js'

/** Every schedule by name. */
const schedules = {
  none,
  step,
  multi_step: multiStep,
  exponential,
  cosine,
  cosine_warm_restarts: cosineWarmRestarts,
  one_cycle: oneCycle,
  cyclic,
  linear,
  constant,
  polynomial,
  lambda,
  plateau,
  sequential: sequential(scheduleOf),
  chained: chained(scheduleOf),
} satisfies { [Config in ResolvedScheduler as Config['name']]: Schedule<Config> }

/**
 * The learning rate in use during a unit (what the schedule counts: epochs or steps, from 0) for a base rate, mostly the
 * optimizer's. `metrics`: the values of the metric that a plateau schedule monitors, epoch by epoch, so far.
 */
export function learningRate(
  config: ResolvedScheduler,
  base: number,
  unit: number,
  metrics: readonly number[] = [],
): number {
  return scheduleOf(config).rate(config, base, unit, metrics)
}

/** The momentum (Adam and its kin: beta1) in use during a unit; null where the schedule does not move it. */
export function momentumAt(config: ResolvedScheduler, unit: number): number | null {
  return scheduleOf(config).momentum?.(config, unit) ?? null
}

/** What a reader may not expect of a schedule in a training of this extent: milestones that are never reached, and the like. */
export function scheduleWarnings(config: ResolvedScheduler, extent: Extent): string[] {
  return scheduleOf(config).warnings?.(config, extent) ?? []
}

function scheduleOf(config: ResolvedScheduler): Schedule<ResolvedScheduler> {
  return lookUp<unknown>(schedules, config.name, 'scheduler') as Schedule<ResolvedScheduler>
}
