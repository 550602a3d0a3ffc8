import type { Resolved } from '../../spec/run-spec.js'
import type { StepScheduleConfig } from '../../spec/types.gen.js'
import { byFactor } from './by-factor.js'
import { neverReached, type Schedule } from './schedule.js'

/** PyTorch's StepLR: base * gamma^floor(unit / step_size). */
export const step: Schedule<Resolved<StepScheduleConfig>> = {
  ...byFactor(({ gamma, step_size }, unit) => gamma ** Math.floor(unit / step_size)),
  warnings: ({ step_size }, extent) =>
    neverReached(extent, [[step_size, `step_size ${step_size}`]]),
}
