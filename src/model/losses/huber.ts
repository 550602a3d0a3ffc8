import { abs, clipByValue, minimum, mul, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { withGradient } from './with-gradient.js'

interface Options {
  /** Where the square ends, above 0. */
  readonly delta?: number
  readonly reduction?: Reduction
}

/** PyTorch's huber_loss of two tensors of one shape: d^2 / 2 where d = |x - y| <= delta, else delta * (d - delta / 2). */
export function huber(
  input: Tensor,
  target: Tensor,
  { delta = 1, reduction = 'mean' }: Options = {},
): Tensor {
  const losses = withGradient(
    input,
    [target],
    (x, y) => {
      const distance = abs(sub(x, y))
      const near = minimum(distance, delta)
      return mul(near, sub(distance, mul(near, 0.5)))
    },
    (upstream, x, y) => mul(upstream, clipByValue(sub(x, y), -delta, delta)),
  )
  return reduce(losses, reduction)
}
