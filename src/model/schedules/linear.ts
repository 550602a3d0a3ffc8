import type { Resolved } from '../../spec/run-spec.js'
import type { LinearScheduleConfig } from '../../spec/types.gen.js'
import { byFactor } from './by-factor.js'
import { neverReached, type Schedule } from './schedule.js'

/** PyTorch's LinearLR: the factor goes from start_factor to end_factor within total_iters units, then stays. */
export const linear: Schedule<Resolved<LinearScheduleConfig>> = {
  ...byFactor(
    ({ start_factor, end_factor, total_iters }, unit) =>
      start_factor + ((end_factor - start_factor) * Math.min(unit, total_iters)) / total_iters,
  ),
  warnings: ({ total_iters, end_factor }, extent) =>
    neverReached(extent, [[total_iters - 1, `end_factor ${end_factor}`]]),
}
