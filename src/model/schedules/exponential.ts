import type { Resolved } from '../../spec/run-spec.js'
import type { ExponentialScheduleConfig } from '../../spec/types.gen.js'
import { byFactor } from './by-factor.js'
import type { Schedule } from './schedule.js'

/** PyTorch's ExponentialLR: base * gamma^unit. */
export const exponential: Schedule<Resolved<ExponentialScheduleConfig>> = byFactor(
  ({ gamma }, unit) => gamma ** unit,
)
