import {
  optimizerConfigOf,
  trajectory,
  type OptimizerFixture,
} from '../contract/optimizer-trajectory.js'
import { judge, notOffered, type JudgeContext, type Verdict } from './verdict.js'

/** PyTorch's optimizers: the parameters after every step. */
export async function judgeOptimizers(
  { problem, cases, clipping }: OptimizerFixture & { readonly clipping: readonly unknown[] },
  { engine }: JudgeContext,
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
