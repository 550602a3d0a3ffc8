import { AppError } from '../../core/errors.js'
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

/** Reads `"5-10"`, a number, or a list; milestones must be above 0 and none before the last, or it is `config_invalid`. */
export function milestonesOf({ milestones }: Pick<Config, 'milestones'>): readonly number[] {
  const units = Array.isArray(milestones) ? milestones : parse(milestones)
  for (const [index, unit] of units.entries()) {
    if (!Number.isSafeInteger(unit) || unit < Math.max(1, units[index - 1] ?? 1)) {
      throw new AppError(
        'config_invalid',
        `scheduler.milestones must be whole numbers above 0 in ascending order: ${units.join('-')}`,
        { hint: 'Write them as "5-10", a number, or a list such as [5,10].' },
      )
    }
  }
  return units
}

function parse(milestones: string | number): number[] {
  if (milestones === '') return []
  return String(milestones).split('-').map(Number)
}
