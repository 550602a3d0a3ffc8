import { updateOf, updatesPerEpoch } from '../model/accumulation.js'
import type { Moment } from '../model/optimizers/rule.js'
import { learningRate, momentumAt } from '../model/schedules.js'
import type { ResolvedScheduler, RunSpec } from '../spec/run-spec.js'
import type { OptimizerConfig } from '../spec/types.gen.js'
import type { LoopState } from './loop-state.js'

/** What the optimizer is told for the batch that a cursor is at. */
export type MomentAt = (at: Pick<LoopState, 'epoch' | 'step' | 'history'>) => Moment

/**
 * The learning rate (and momentum) of every batch of a run, by its schedule: pure functions of the cursor and the metrics
 * so far, so a resumed run gets the same. Schedules by step count optimizer updates.
 */
export function momentsOf(
  { scheduler, optimizer, trainer }: RunSpec,
  stepsPerEpoch: number,
): MomentAt {
  const accumulation = { accumulate: trainer.accumulate, stepsPerEpoch }
  const updates = updatesPerEpoch(accumulation)
  const byStep = 'interval' in scheduler && scheduler.interval === 'step'
  const unitOf = (update: number) => (byStep ? update : Math.floor(update / updates))
  const own = ownMomentum(optimizer)
  const momentum = cyclesMomentum(scheduler)
    ? (update: number) => momentumAt(scheduler, unitOf(update)) ?? own
    : null
  return ({ epoch, step, history }) => {
    const count = epoch * stepsPerEpoch + step
    const unit = unitOf(updateOf(count, accumulation).update)
    const metrics =
      scheduler.name === 'plateau' ? history.map((row) => row[scheduler.monitor] ?? NaN) : []
    const learningRateOf = (base: number) => learningRate(scheduler, base, unit, metrics)
    return { learningRate: learningRateOf(optimizer.lr), learningRateOf, momentum, step: count }
  }
}

function cyclesMomentum(scheduler: ResolvedScheduler): boolean {
  if ('schedulers' in scheduler) return scheduler.schedulers.some(cyclesMomentum)
  return 'cycle_momentum' in scheduler && scheduler.cycle_momentum
}

function ownMomentum(optimizer: OptimizerConfig): number {
  if ('betas' in optimizer) return optimizer.betas[0]
  return 'momentum' in optimizer ? optimizer.momentum : 0
}
