import type { Fail, Resolved, ResolvedScheduler } from '../../spec/run-spec.js'
import type {
  ChainedScheduleConfig,
  MultiStepScheduleConfig,
  SchedulerConfig,
  SequentialScheduleConfig,
} from '../../spec/types.gen.js'
import { milestonesOf } from './multi-step.js'
import type { Extent } from './schedule.js'

/** What a schedule is derived from, and has to fit. */
export interface ScheduleFacts {
  /** The optimizer's learning rate. */
  readonly base: number
  /** How long training goes on, in epochs and in optimizer updates. */
  readonly epochs: number
  readonly steps: number
  /** Whether there is a validation split. */
  readonly validated: boolean
  /** Whether the optimizer has a momentum (or beta1) above 0. */
  readonly hasMomentum: boolean
  /** Makes the error of a schedule that cannot work. */
  readonly fail: Fail
}

/**
 * Fills in what a schedule leaves open: its interval, lengths that are those of the training, the rate of its peak. What
 * cannot work is `config_conflict`: plateau without validation, momentum to cycle where there is none, milestones that do
 * not fit the list of schedules.
 */
export function resolveSchedule(config: SchedulerConfig, facts: ScheduleFacts): ResolvedScheduler {
  return resolvePart(config, facts, extentOf(config, facts), null)
}

/** The length of a training in what a schedule counts. */
export function extentOf(
  config: SchedulerConfig | ResolvedScheduler,
  facts: ScheduleFacts,
): Extent {
  const interval = intervalOf(config) ?? natural(config)
  return { interval, units: interval === 'epoch' ? facts.epochs : facts.steps }
}

function intervalOf(config: SchedulerConfig | ResolvedScheduler): 'epoch' | 'step' | null {
  return 'interval' in config ? config.interval : null
}

/** Those that PyTorch's documentation has stepped after every batch. */
function natural({ name }: SchedulerConfig | ResolvedScheduler): 'epoch' | 'step' {
  return name === 'one_cycle' || name === 'cyclic' ? 'step' : 'epoch'
}

/** A schedule, alone or inside another (`outer` names it), for the units that it is in use. */
function resolvePart(
  config: SchedulerConfig,
  facts: ScheduleFacts,
  extent: Extent,
  outer: string | null,
): ResolvedScheduler {
  if (config.name === 'none') return config
  check(config, facts, extent, outer)
  const derive = (derived as Readonly<Record<string, Fill | undefined>>)[config.name]
  return {
    ...config,
    ...derive?.(config, extent.units, facts),
    interval: extent.interval,
    ...('schedulers' in config && {
      schedulers: partsOf(config, extent).map(([part, units]) =>
        resolvePart(part, facts, { ...extent, units }, config.name),
      ),
    }),
  } as ResolvedScheduler
}

type Derive<Config> = (
  config: Config,
  units: number,
  facts: ScheduleFacts,
) => Partial<Resolved<Config>>

type Fill = (config: SchedulerConfig, units: number, facts: ScheduleFacts) => object

/** Values of the keys that are null (or auto) in a config. */
const derived: { [Config in SchedulerConfig as Config['name']]?: Derive<Config> } = {
  cosine: ({ t_max }, units) => ({ t_max: t_max ?? units }),
  one_cycle: ({ max_lr, total_steps }, units, { base }) => ({
    max_lr: max_lr ?? base,
    total_steps: total_steps ?? units,
  }),
  cyclic: ({ step_size_up, step_size_down }) => ({
    step_size_down: step_size_down ?? step_size_up,
  }),
  linear: ({ total_iters }, units) => ({ total_iters: total_iters ?? units }),
  constant: ({ total_iters }, units) => ({ total_iters: total_iters ?? units }),
  polynomial: ({ total_iters }, units) => ({ total_iters: total_iters ?? units }),
  lambda: ({ total, warmup }, units) => ({ total: total ?? Math.max(units, warmup + 1) }),
  plateau: ({ mode, monitor }) => ({
    mode: mode === 'auto' ? (monitor.endsWith('loss') ? 'min' : 'max') : mode,
  }),
}

function partsOf(
  config: SequentialScheduleConfig | ChainedScheduleConfig,
  { units }: Extent,
): [SchedulerConfig, number][] {
  if (config.name === 'chained') return config.schedulers.map((part) => [part, units])
  const starts = [0, ...config.milestones, Math.max(units, (config.milestones.at(-1) ?? 0) + 1)]
  return config.schedulers.map((part, index) => [
    part,
    (starts[index + 1] as number) - (starts[index] as number),
  ])
}

function check(
  config: Exclude<SchedulerConfig, { name: 'none' }>,
  facts: ScheduleFacts,
  extent: Extent,
  outer: string | null,
): void {
  for (const [test, key, message, hint] of problems(config, facts, extent, outer)) {
    if (!test) continue
    const path = outer === null ? `scheduler.${key}` : 'scheduler.schedulers'
    throw facts.fail(path, message, {
      code: 'config_conflict',
      ...(hint !== undefined && { hint }),
    })
  }
}

type Problem = readonly [test: boolean, key: string, message: string, hint?: string]

function* problems(
  config: Exclude<SchedulerConfig, { name: 'none' }>,
  facts: ScheduleFacts,
  extent: Extent,
  outer: string | null,
): Iterable<Problem> {
  const { name, interval } = config
  yield [
    outer !== null && name === 'plateau',
    'name',
    `plateau cannot be part of ${outer ?? ''}: it follows a metric, not the epochs`,
  ]
  yield [
    outer !== null && interval !== null && interval !== extent.interval,
    'interval',
    `${name} inside ${outer ?? ''} counts by ${interval ?? ''}, but that counts by ${extent.interval}`,
    `Leave its interval out, or set scheduler.interval=${interval ?? ''}.`,
  ]
  yield [
    name === 'plateau' && !facts.validated,
    'name',
    'A plateau schedule needs a validation split',
    'Set split.val_size above 0, or choose another scheduler.',
  ]
  yield [
    'cycle_momentum' in config && config.cycle_momentum && !facts.hasMomentum,
    'cycle_momentum',
    `${name} cycles the momentum, but the optimizer has none`,
    'Set scheduler.cycle_momentum=false, or an optimizer.momentum above 0.',
  ]
  if (config.name === 'lambda') {
    yield [
      config.total !== null && config.total <= config.warmup,
      'total',
      `scheduler.total=${config.total ?? ''} must be above warmup=${config.warmup}`,
    ]
  }
  if ('schedulers' in config) {
    yield [config.schedulers.length === 0, 'schedulers', `${name} has no schedules`]
  }
  if ('milestones' in config) yield* milestoneProblems(config)
}

function* milestoneProblems(
  config: SequentialScheduleConfig | MultiStepScheduleConfig,
): Iterable<Problem> {
  const milestones = milestonesOf(config)
  const isOrdered = milestones.every((unit, index) => {
    const least = (milestones[index - 1] ?? 0) + (config.name === 'sequential' ? 1 : 0)
    return Number.isSafeInteger(unit) && unit >= Math.max(1, least)
  })
  yield [
    !isOrdered,
    'milestones',
    `scheduler.milestones must be whole numbers above 0 in ascending order: ${milestones.join('-')}`,
  ]
  if (config.name !== 'sequential') return
  const { length } = config.schedulers
  yield [
    milestones.length !== length - 1,
    'milestones',
    `${length} schedules need ${length - 1} scheduler.milestones, one fewer: these are ${milestones.length}`,
  ]
}
