import type { Engine } from '../../src/engine/compile.js'
import { clipped, clippingConfigOf, type ClippingCase } from '../contract/gradient-clipping.js'
import {
  momentsOf,
  optimizerConfigOf,
  trajectory,
  type OptimizerCase,
  type OptimizerFixture,
  type Problem,
} from '../contract/optimizer-trajectory.js'
import { judge, notOffered, type JudgeContext, type Verdict } from './verdict.js'

/** PyTorch's optimizers: the parameters after every step; and its gradient clipping. */
export async function judgeOptimizers(
  { problem, cases, clipping }: OptimizerFixture & { readonly clipping: readonly ClippingCase[] },
  { engine }: JudgeContext,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const one of cases) verdicts.push(await judgeTrajectory(one, problem, await engine()))
  for (const one of clipping) verdicts.push(await judgeClipping(one, problem, await engine()))
  return verdicts
}

async function judgeTrajectory(
  one: OptimizerCase,
  problem: Problem,
  engine: Engine,
): Promise<Verdict> {
  const config = optimizerConfigOf(one)
  if (config === undefined) return notOffered(one.optimizer)
  const tolerance = Math.max(1e-5, 10 * one.max_abs_f32_minus_f64)
  const path = await trajectory(engine, config, problem, momentsOf(one))
  const steps = path.map((values, step) => ({
    what: `step ${step}`,
    expected: one.params_after_step[step]?.flat() ?? [],
    got: values.flat(),
    tolerance,
  }))
  return judge(one.name, steps)
}

async function judgeClipping(
  one: ClippingCase,
  { gradients, shapes }: Problem,
  engine: Engine,
): Promise<Verdict> {
  const before = gradients[one.gradient_step] ?? []
  const got = await clipped(engine, clippingConfigOf(one), before, shapes)
  const tolerance = 1e-5
  const after = { what: 'gradients', expected: one.grads_after.flat(), tolerance }
  const { total_norm } = one
  return judge(one.name, [
    ...(total_norm === undefined
      ? []
      : [{ what: 'norm', expected: total_norm, got: got.norm, tolerance }]),
    { ...after, got: got.gradients.flat() },
  ])
}
