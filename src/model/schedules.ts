import { lookUp } from '../core/table.js'
import type { SchedulerConfig } from '../spec/types.gen.js'
import { multiStep } from './schedules/multi-step.js'
import { none } from './schedules/none.js'
import type { Schedule } from './schedules/schedule.js'

/** Every schedule by name. */
const schedules = { none, multi_step: multiStep } satisfies {
  [Config in SchedulerConfig as Config['name']]: Schedule<Config>
}

/** The learning rate in use during an epoch, counted from 0; `base` is the optimizer's own. */
export function learningRate(config: SchedulerConfig, base: number, epoch: number): number {
  return base * scheduleOf(config).factor(config, epoch)
}

/** The epochs, counted from 0, at which the rate jumps; `config_invalid` when they are not ascending. */
export function milestones(config: SchedulerConfig): readonly number[] {
  return scheduleOf(config).milestones(config)
}

function scheduleOf(config: SchedulerConfig): Schedule<SchedulerConfig> {
  return lookUp<unknown>(schedules, config.name, 'scheduler') as Schedule<SchedulerConfig>
}
