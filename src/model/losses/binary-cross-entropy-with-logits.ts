import { add, mul, neg, sigmoid, softplus, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { withGradient } from './with-gradient.js'

interface Options {
  /** Factors of the losses, of a shape that broadcasts; null: 1. */
  readonly weight?: Tensor | null
  /** Factors of the positive parts, of a shape that broadcasts; null: 1. */
  readonly pos_weight?: Tensor | null
  readonly reduction?: Reduction
}

/**
 * PyTorch's binary_cross_entropy_with_logits of logits x and targets y in [0, 1] of the same shape:
 * weight * (pos_weight * y * softplus(-x) + (1 - y) * softplus(x)).
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  { weight = null, pos_weight = null, reduction = 'mean' }: Options = {},
): Tensor {
  const positive = scaled(scaled(target, pos_weight), weight)
  const negative = scaled(sub(1, target), weight)
  const losses = withGradient(
    input,
    [positive, negative],
    (x, own, other) => add(mul(own, softplus(neg(x))), mul(other, softplus(x))),
    (upstream, x, own, other) =>
      mul(upstream, sub(mul(other, sigmoid(x)), mul(own, sigmoid(neg(x))))),
  )
  return reduce(losses, reduction)
}

function scaled(value: Tensor, factor: Tensor | null): Tensor {
  return factor === null ? value : mul(value, factor)
}
