import { mul, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { withGradient } from './with-gradient.js'

/** PyTorch's mse_loss of two tensors of one shape: (x - y)^2. */
export function mse(input: Tensor, target: Tensor, reduction: Reduction = 'mean'): Tensor {
  const losses = withGradient(
    input,
    [target],
    (x, y) => square(sub(x, y)),
    (upstream, x, y) => mul(mul(upstream, 2), sub(x, y)),
  )
  return reduce(losses, reduction)
}
