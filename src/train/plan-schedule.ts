import type { Split } from '../data/split/split.js'
import { updatesPerEpoch } from '../model/accumulation.js'
import { scheduleWarnings } from '../model/schedules.js'
import { extentOf, resolveSchedule } from '../model/schedules/resolve.js'
import type { Fail, ResolvedScheduler } from '../spec/run-spec.js'
import type { OptimizerConfig, TrainConfig } from '../spec/types.gen.js'

/**
 * The schedule with its lengths, from the batches of an epoch and the epochs of the training, and what the user may not
 * expect of it.
 */
export function planSchedule(
  config: TrainConfig,
  split: Split,
  stepsPerEpoch: number,
  fail: Fail,
): { scheduler: ResolvedScheduler; warnings: string[] } {
  const { optimizer, trainer } = config
  const { accumulate, epochs } = trainer
  const facts = {
    base: optimizer.lr,
    epochs,
    steps: epochs * updatesPerEpoch({ accumulate, stepsPerEpoch }),
    validated: split.val.length > 0,
    hasMomentum: hasMomentum(optimizer),
    fail,
  }
  const scheduler = resolveSchedule(config.scheduler, facts)
  const warnings = scheduleWarnings(scheduler, extentOf(scheduler, facts))
  return { scheduler, warnings: [...warnings, ...patienceWarnings(scheduler, config)] }
}

function hasMomentum(optimizer: OptimizerConfig): boolean {
  return 'betas' in optimizer || ('momentum' in optimizer && optimizer.momentum > 0)
}

/** The schedule acts after more epochs than its patience, which early stopping has to outlast. */
function patienceWarnings(scheduler: ResolvedScheduler, { trainer }: TrainConfig): string[] {
  const { patience } = trainer.early_stopping
  if (scheduler.name !== 'plateau' || patience === null || patience > scheduler.patience + 1) {
    return []
  }
  return [
    `early stopping after ${patience} epochs comes before the plateau schedule with patience ${scheduler.patience} can lower the rate`,
  ]
}
