import type { Resolved, ResolvedScheduler } from '../../spec/run-spec.js'
import type { ChainedScheduleConfig } from '../../spec/types.gen.js'
import type { Schedule } from './schedule.js'

type Config = Resolved<ChainedScheduleConfig>

/**
 * PyTorch's ChainedScheduler: at every unit each schedule in turn changes the rate that the one before it left. The rate
 * follows from all units before it; the last one found for a base rate is kept, as mostly the next one is asked for.
 */
export function chained(
  scheduleOf: (config: ResolvedScheduler) => Schedule<ResolvedScheduler>,
): Schedule<Config> {
  const found = new WeakMap<Config, Map<number, { unit: number; rate: number }>>()
  return {
    rate(config, base, unit) {
      const byBase = found.get(config) ?? new Map<number, { unit: number; rate: number }>()
      const known = byBase.get(base)
      const usable = known !== undefined && known.unit <= unit
      let [at, rate] = usable ? [known.unit, known.rate] : [-1, base]
      while (at < unit) {
        at += 1
        for (const part of config.schedulers) {
          const schedule = scheduleOf(part)
          rate = schedule.next?.(part, base, at, rate) ?? schedule.rate(part, base, at, [])
        }
      }
      found.set(config, byBase.set(base, { unit, rate }))
      return rate
    },
    momentum: (config, unit) =>
      config.schedulers.reduce<number | null>(
        (before, part) => scheduleOf(part).momentum?.(part, unit) ?? before,
        null,
      ),
    warnings: (config, extent) =>
      config.schedulers.flatMap((part) => scheduleOf(part).warnings?.(part, extent) ?? []),
  }
}
