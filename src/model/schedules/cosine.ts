import type { Resolved } from '../../spec/run-spec.js'
import type { CosineScheduleConfig } from '../../spec/types.gen.js'
import { lengthOf, type Schedule } from './schedule.js'

/** PyTorch's CosineAnnealingLR: eta_min + (base - eta_min) * (1 + cos(pi * unit / t_max)) / 2, rising again after t_max. */
export const cosine: Schedule<Resolved<CosineScheduleConfig>> = {
  rate: ({ t_max, eta_min }, base, unit) => eta_min + (base - eta_min) * height(unit / t_max),
  next({ t_max, eta_min }, base, unit, current) {
    if (unit === 0) return current
    const before = height((unit - 1) / t_max)
    if ((unit - 1 - t_max) % (2 * t_max) === 0) {
      return current + (base - eta_min) * height(1 - 1 / t_max)
    }
    return (height(unit / t_max) / before) * (current - eta_min) + eta_min
  },
  warnings: ({ t_max, interval }, extent) =>
    t_max + 1 < extent.units
      ? [`the rate rises again after ${lengthOf({ units: t_max, interval })} (t_max)`]
      : [],
}

function height(share: number): number {
  return (1 + Math.cos(Math.PI * share)) / 2
}
