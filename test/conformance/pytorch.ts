import type { Engine } from '../../src/engine/compile.js'
import { learningRate } from '../../src/model/schedules.js'
import { crossEntropyErrors, type LossCase } from '../contract/cross-entropy.js'
import {
  optimizerConfigOf,
  trajectory,
  type OptimizerFixture,
} from '../contract/optimizer-trajectory.js'
import { judge, notOffered, type Verdict } from './verdict.js'

interface ScheduleCase {
  readonly name: string
  readonly scheduler: string
  readonly base_lr: number
  readonly params: { readonly milestones: number[]; readonly gamma: number }
  readonly lr: readonly number[]
}

/** PyTorch's schedules: the rate of every epoch. */
export function judgeSchedulers({ cases }: { cases: readonly ScheduleCase[] }): Verdict[] {
  return cases.map(({ name, scheduler, base_lr, params, lr }) => {
    if (scheduler !== 'MultiStepLR') return notOffered(scheduler)
    const { milestones, gamma } = params
    if (new Set(milestones).size < milestones.length) return notOffered('repeated milestones')
    const got = lr.map((_, epoch) =>
      learningRate({ name: 'multi_step', milestones, gamma }, base_lr, epoch),
    )
    return judge(name, [{ expected: lr, got, tolerance: 1e-9 }])
  })
}

/** PyTorch's optimizers: the parameters after every step. */
export async function judgeOptimizers(
  { problem, cases, clipping }: OptimizerFixture & { readonly clipping: readonly unknown[] },
  engine: () => Promise<Engine>,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const one of cases) {
    const config = optimizerConfigOf(one)
    if (config === undefined) {
      verdicts.push(notOffered(one.optimizer))
      continue
    }
    const tolerance = Math.max(1e-5, 10 * one.max_abs_f32_minus_f64)
    const path = await trajectory(await engine(), config, one, problem)
    const steps = path.map((values, step) => ({
      what: `step ${step}`,
      expected: one.params_after_step[step]?.flat() ?? [],
      got: values.flat(),
      tolerance,
    }))
    verdicts.push(judge(one.name, steps))
  }
  return [...verdicts, ...clipping.map(() => notOffered('gradient clipping'))]
}

interface AnyLossCase extends LossCase {
  readonly op: string
  readonly reduction: string
  readonly params: object
}

/** PyTorch's losses: the value and its gradient. */
export async function judgeLosses(
  { cases }: { readonly cases: readonly AnyLossCase[] },
  engine: () => Promise<Engine>,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const one of cases) {
    if (!isPlain(one)) {
      verdicts.push(notOffered(one.op === 'cross_entropy' ? 'cross_entropy with options' : one.op))
      continue
    }
    const errors = await crossEntropyErrors(await engine(), one)
    const zero = { expected: 0, tolerance: 1e-5 }
    verdicts.push(
      judge(one.name, [
        { ...zero, what: 'error of the value', got: errors.value },
        { ...zero, what: 'error of the gradient', got: errors.gradient },
      ]),
    )
  }
  return verdicts
}

/** The mean cross entropy of class indices, without weights and smoothing. */
function isPlain({ op, reduction, params, tensors }: AnyLossCase): boolean {
  return (
    op === 'cross_entropy' &&
    reduction === 'mean' &&
    Object.keys(params).length === 0 &&
    Object.keys(tensors).length === 2 &&
    tensors.target.shape.length === 1
  )
}
