import { learningRate, momentumAt } from '../../src/model/schedules.js'
import type { ResolvedScheduler } from '../../src/spec/run-spec.js'
import { judge, notOffered, type Comparison, type Verdict } from './verdict.js'

type Parameters = Readonly<Record<string, unknown>>

interface ScheduleCase {
  readonly name: string
  readonly scheduler: string
  readonly base_lr: number
  readonly params: Parameters
  readonly lr: readonly number[]
  readonly momentum?: readonly number[]
  readonly metrics?: readonly (number | string)[]
  readonly lr_after_last?: number
  readonly iters_per_epoch?: number
}

/** PyTorch's schedules: the rate and the momentum of every epoch or step, to 1e-9. */
export function judgeSchedulers({ cases }: { cases: readonly ScheduleCase[] }): Verdict[] {
  return cases.map((one) => {
    const config = configOf(one.scheduler, one.params)
    return config === undefined ? notOffered(one.scheduler) : judge(one.name, compared(one, config))
  })
}

function* compared(one: ScheduleCase, config: ResolvedScheduler): Iterable<Comparison> {
  const tolerance = 1e-9
  const metrics = (one.metrics ?? []).map(Number)
  const unit = (index: number) => index / (one.iters_per_epoch ?? 1)
  const rateAt = (index: number) =>
    learningRate(config, one.base_lr, unit(index), metrics.slice(0, index))
  yield { what: 'lr', expected: one.lr, got: one.lr.map((_, index) => rateAt(index)), tolerance }
  if (one.momentum !== undefined) {
    const got = one.momentum.map((_, index) => momentumAt(config, unit(index)) ?? NaN)
    yield { what: 'momentum', expected: one.momentum, got, tolerance }
  }
  if (one.lr_after_last !== undefined) {
    const got = rateAt(one.lr.length)
    yield { what: 'lr after the last report', expected: one.lr_after_last, got, tolerance }
  }
}

/** The config that PyTorch's constructor arguments stand for; undefined where there is none. */
function configOf(scheduler: string, params: Parameters): ResolvedScheduler | undefined {
  const kind = kinds[scheduler]
  if (kind === undefined) return undefined
  const { name, ...defaults } = kind
  const given = Object.entries(params).map(([key, value]) => [key.toLowerCase(), value] as const)
  const config = { ...defaults, ...Object.fromEntries(given), interval: 'epoch' }
  const parts = Array.isArray(params['schedulers'])
    ? (params['schedulers'] as { scheduler: string; params: Parameters }[])
    : []
  const schedulers = parts.map((part) => configOf(part.scheduler, part.params))
  if (schedulers.includes(undefined)) return undefined
  return { ...config, ...finish(config), schedulers, name } as unknown as ResolvedScheduler
}

/** Arguments that PyTorch derives from others. */
function finish(given: Parameters): Parameters {
  const { epochs, steps_per_epoch, step_size_up, step_size_down, args } = given
  const [warmup, total] = (args ?? []) as number[]
  return {
    ...(epochs !== undefined && { total_steps: Number(epochs) * Number(steps_per_epoch) }),
    ...(step_size_up !== undefined && { step_size_down: step_size_down ?? step_size_up }),
    ...(args !== undefined && { warmup, total }),
  }
}

/** PyTorch's classes with the defaults of their arguments. */
const kinds: Readonly<Record<string, Parameters & { readonly name: string }>> = {
  StepLR: { name: 'step', gamma: 0.1 },
  MultiStepLR: { name: 'multi_step', gamma: 0.1 },
  ExponentialLR: { name: 'exponential' },
  CosineAnnealingLR: { name: 'cosine', eta_min: 0 },
  CosineAnnealingWarmRestarts: { name: 'cosine_warm_restarts', t_mult: 1, eta_min: 0 },
  OneCycleLR: {
    name: 'one_cycle',
    pct_start: 0.3,
    anneal_strategy: 'cos',
    cycle_momentum: true,
    base_momentum: 0.85,
    max_momentum: 0.95,
    div_factor: 25,
    final_div_factor: 1e4,
    three_phase: false,
  },
  CyclicLR: {
    name: 'cyclic',
    step_size_up: 2000,
    mode: 'triangular',
    gamma: 1,
    cycle_momentum: true,
    base_momentum: 0.8,
    max_momentum: 0.9,
  },
  LinearLR: { name: 'linear', start_factor: 1 / 3, end_factor: 1, total_iters: 5 },
  ConstantLR: { name: 'constant', factor: 1 / 3, total_iters: 5 },
  PolynomialLR: { name: 'polynomial', total_iters: 5, power: 1 },
  LambdaLR: { name: 'lambda' },
  ReduceLROnPlateau: {
    name: 'plateau',
    mode: 'min',
    factor: 0.1,
    patience: 10,
    threshold: 1e-4,
    threshold_mode: 'rel',
    cooldown: 0,
    min_lr: 0,
    eps: 1e-8,
  },
  SequentialLR: { name: 'sequential' },
  ChainedScheduler: { name: 'chained' },
}
