import type { Resolved, ResolvedScheduler } from '../../spec/run-spec.js'
import type { SequentialScheduleConfig } from '../../spec/types.gen.js'
import { neverReached, type Schedule } from './schedule.js'

type Config = Resolved<SequentialScheduleConfig>

/** PyTorch's SequentialLR: at each milestone the next schedule begins, at its own unit 0 and with the base rate. */
export function sequential(
  scheduleOf: (config: ResolvedScheduler) => Schedule<ResolvedScheduler>,
): Schedule<Config> {
  return {
    rate(config, base, unit, metrics) {
      const { part, start } = partAt(config, unit)
      return scheduleOf(part).rate(part, base, unit - start, metrics)
    },
    momentum(config, unit) {
      const { part, start } = partAt(config, unit)
      return scheduleOf(part).momentum?.(part, unit - start) ?? null
    },
    next(config, base, unit, current) {
      const { part, start } = partAt(config, unit)
      const schedule = scheduleOf(part)
      return schedule.next === undefined || (unit === start && start > 0)
        ? schedule.rate(part, base, unit - start, [])
        : schedule.next(part, base, unit - start, current)
    },
    warnings: ({ milestones }, extent) =>
      neverReached(
        extent,
        milestones.map((milestone) => [milestone, `milestone ${milestone}`]),
      ),
  }
}

function partAt(config: Config, unit: number): { part: ResolvedScheduler; start: number } {
  const index = config.milestones.filter((milestone) => milestone <= unit).length
  return {
    part: config.schedulers[index] as ResolvedScheduler,
    start: index === 0 ? 0 : (config.milestones[index - 1] as number),
  }
}
