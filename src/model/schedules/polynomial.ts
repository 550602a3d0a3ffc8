import type { Resolved } from '../../spec/run-spec.js'
import type { PolynomialScheduleConfig } from '../../spec/types.gen.js'
import { byFactor } from './by-factor.js'
import { lengthOf, type Schedule } from './schedule.js'

/** PyTorch's PolynomialLR: base * (1 - unit / total_iters)^power, 0 from total_iters on. */
export const polynomial: Schedule<Resolved<PolynomialScheduleConfig>> = {
  ...byFactor(
    ({ total_iters, power }, unit) => (1 - Math.min(unit, total_iters) / total_iters) ** power,
  ),
  warnings: ({ total_iters, power, interval }, extent) =>
    total_iters < extent.units && power > 0
      ? [`the rate is 0 after ${lengthOf({ units: total_iters, interval })}: nothing is learned`]
      : [],
}
