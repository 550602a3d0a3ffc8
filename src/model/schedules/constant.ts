import type { Resolved } from '../../spec/run-spec.js'
import type { ConstantScheduleConfig } from '../../spec/types.gen.js'
import { byFactor } from './by-factor.js'
import { neverReached, type Schedule } from './schedule.js'

/** PyTorch's ConstantLR: base * factor for total_iters units, then the base rate. */
export const constant: Schedule<Resolved<ConstantScheduleConfig>> = {
  ...byFactor(({ factor, total_iters }, unit) => (unit < total_iters ? factor : 1)),
  warnings: ({ total_iters }, extent) => neverReached(extent, [[total_iters, 'the base rate']]),
}
