import { AppError } from '../../core/errors.js'
import type { MultiStepScheduleConfig } from '../../spec/types.gen.js'
import type { Schedule } from './schedule.js'

/** PyTorch's MultiStepLR: the rate is multiplied by gamma at each milestone. */
export const multiStep: Schedule<MultiStepScheduleConfig> = {
  factor: (config, epoch) =>
    config.gamma ** milestonesOf(config).filter((milestone) => milestone <= epoch).length,
  milestones: milestonesOf,
}

/** Reads `"5-10"`, a number, or a list; epochs must be positive and ascending, or it is `config_invalid`. */
function milestonesOf({ milestones }: MultiStepScheduleConfig): number[] {
  const epochs = Array.isArray(milestones) ? milestones : parse(milestones)
  for (const [index, epoch] of epochs.entries()) {
    const before = index === 0 ? 0 : (epochs[index - 1] as number)
    if (!Number.isSafeInteger(epoch) || epoch <= before) {
      throw new AppError(
        'config_invalid',
        `scheduler.milestones must be whole epochs above 0, each later than the one before: ${epochs.join('-')}`,
        { hint: 'Write them as "5-10", a number, or a list such as [5,10].' },
      )
    }
  }
  return epochs
}

function parse(milestones: string | number): number[] {
  if (milestones === '') return []
  return String(milestones).split('-').map(Number)
}
