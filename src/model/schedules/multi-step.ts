import type { Resolved } from '../../spec/run-spec.js'
import type { MultiStepScheduleConfig } from '../../spec/types.gen.js'
import { byFactor } from './by-factor.js'
import { neverReached, type Schedule } from './schedule.js'

type Config = Resolved<MultiStepScheduleConfig>

/** PyTorch's MultiStepLR: base * gamma^(number of milestones <= unit); a milestone given twice counts twice. */
export const multiStep: Schedule<Config> = {
  ...byFactor(
    (config, unit) =>
      config.gamma ** milestonesOf(config).filter((milestone) => milestone <= unit).length,
  ),
  warnings: (config, extent) =>
    neverReached(
      extent,
      milestonesOf(config).map((milestone) => [milestone, `milestone ${milestone}`]),
    ),
}

/** Reads `"5-10"`, a number, or a list. */
export function milestonesOf({ milestones }: Pick<Config, 'milestones'>): readonly number[] {
  if (Array.isArray(milestones)) return milestones
  return milestones === '' ? [] : String(milestones).split('-').map(Number)
}
