import type { ConstantScheduleConfig } from '../../spec/types.gen.js'
import type { Schedule } from './schedule.js'

/** The learning rate stays as it is. */
export const none: Schedule<ConstantScheduleConfig> = { factor: () => 1, milestones: () => [] }
