import { crossEntropyErrors, type LossCase } from '../contract/cross-entropy.js'
import { judge, notOffered, type JudgeContext, type Verdict } from './verdict.js'

interface AnyLossCase extends LossCase {
  readonly op: string
  readonly reduction: string
  readonly params: object
}

/** PyTorch's losses: the value and its gradient. */
export async function judgeLosses(
  { cases }: { readonly cases: readonly AnyLossCase[] },
  { engine }: JudgeContext,
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
