import { abs, mul, sign, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { withGradient } from './with-gradient.js'

/** PyTorch's l1_loss of two tensors of one shape: |x - y|, with gradient 0 where they are equal. */
export function l1(input: Tensor, target: Tensor, reduction: Reduction = 'mean'): Tensor {
  const losses = withGradient(
    input,
    [target],
    (x, y) => abs(sub(x, y)),
    (upstream, x, y) => mul(upstream, sign(sub(x, y))),
  )
  return reduce(losses, reduction)
}
