import type { NoScheduleConfig } from '../../spec/types.gen.js'
import { byFactor } from './by-factor.js'
import type { Schedule } from './schedule.js'

/** The learning rate stays as it is. */
export const none: Schedule<NoScheduleConfig> = byFactor(() => 1)
