import {
  add,
  mul,
  oneHot,
  relu,
  square,
  squeeze,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { withGradient } from './with-gradient.js'

interface Options {
  readonly p?: 1 | 2
  readonly margin?: number
  /** A weight for each class; null: 1. */
  readonly weight?: Tensor1D | null
  readonly reduction?: Reduction
}

/**
 * PyTorch's multi_margin_loss of scores [batch, classes] and int32 class indices [batch]:
 * w[y] / classes * sum over k != y of max(0, margin - x[y] + x[k])^p. The mean divides by the batch.
 */
export function multiMargin(
  input: Tensor,
  target: Tensor,
  { p = 1, margin = 1, weight = null, reduction = 'mean' }: Options = {},
): Tensor {
  const classes = input.shape.at(-1) as number
  const hot = oneHot(target, classes, 1, 0, 'float32')
  const others = mul(sub(1, hot), 1 / classes)
  const factors = weight === null ? others : mul(others, sum(mul(hot, weight), -1, true))
  const missing = (x: Tensor, own: Tensor) => add(sub(x, sum(mul(x, own), -1, true)), margin)
  const rows = withGradient(
    input,
    [hot, factors],
    (x, own, factor) => {
      const short = relu(missing(x, own))
      return sum(mul(factor, p === 1 ? short : square(short)), -1, true)
    },
    (upstream, x, own, factor) => {
      const short = missing(x, own)
      const slope = mul(factor, p === 1 ? step(short) : mul(relu(short), 2))
      return mul(upstream, sub(slope, mul(own, sum(slope, -1, true))))
    },
  )
  return reduction === 'none' ? squeeze(rows, [-1]) : reduce(rows, reduction)
}
