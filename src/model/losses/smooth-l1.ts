import { abs, mul, step, sub, type Tensor } from '@tensorflow/tfjs-core'
import { huber } from './huber.js'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { withGradient } from './with-gradient.js'

interface Options {
  /** Where the square ends; with 0 there is none. */
  readonly beta?: number
  readonly reduction?: Reduction
}

/**
 * PyTorch's smooth_l1_loss of two tensors of one shape: d^2 / (2 beta) where d = |x - y| < beta, else d - beta / 2. With
 * beta 0 its gradient at equal elements is -1, as there, unlike that of l1_loss.
 */
export function smoothL1(
  input: Tensor,
  target: Tensor,
  { beta = 1, reduction = 'mean' }: Options = {},
): Tensor {
  if (beta > 0) return mul(huber(input, target, { delta: beta, reduction }), 1 / beta)
  const losses = withGradient(
    input,
    [target],
    (x, y) => abs(sub(x, y)),
    (upstream, x, y) => mul(upstream, step(sub(x, y), -1)),
  )
  return reduce(losses, reduction)
}
