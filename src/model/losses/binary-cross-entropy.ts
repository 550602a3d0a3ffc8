import { add, div, log, maximum, mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { withGradient } from './with-gradient.js'

interface Options {
  /** Factors of the losses, of a shape that broadcasts; null: 1. */
  readonly weight?: Tensor | null
  readonly reduction?: Reduction
}

/**
 * PyTorch's binary_cross_entropy of probabilities p and targets y in [0, 1] of the same shape:
 * -weight * (y * log(p) + (1 - y) * log(1 - p)), each logarithm at least -100. As there, the gradient
 * weight * (p - y) / (p * (1 - p)) has a denominator of at least 1e-12.
 */
export function binaryCrossEntropy(
  input: Tensor,
  target: Tensor,
  { weight = null, reduction = 'mean' }: Options = {},
): Tensor {
  const losses = withGradient(
    input,
    [target],
    (p, y) => {
      const positive = mul(y, maximum(log(p), -100))
      const negative = mul(sub(1, y), maximum(log(sub(1, p)), -100))
      return neg(add(positive, negative))
    },
    (upstream, p, y) => mul(upstream, div(sub(p, y), maximum(mul(p, sub(1, p)), 1e-12))),
  )
  return reduce(weight === null ? losses : mul(losses, weight), reduction)
}
