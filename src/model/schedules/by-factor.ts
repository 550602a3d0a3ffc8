import type { Schedule } from './schedule.js'

/**
 * A schedule that multiplies the rate by a factor of the unit: of the base rate where it stands alone, and in a chain
 * of whatever the rate is, as PyTorch's recursions do.
 */
export function byFactor<Config>(
  factor: (config: Config, unit: number) => number,
): Required<Pick<Schedule<Config>, 'rate' | 'next'>> {
  return {
    rate: (config, base, unit) => base * factor(config, unit),
    next(config, _base, unit, current) {
      if (unit === 0) return current * factor(config, 0)
      const before = factor(config, unit - 1)
      return before === 0 ? current : (current * factor(config, unit)) / before
    },
  }
}
