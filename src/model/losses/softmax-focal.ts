import {
  add,
  exp,
  logSoftmax,
  maximum,
  mul,
  oneHot,
  pow,
  squeeze,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { withGradient } from './with-gradient.js'

interface Options {
  readonly gamma?: number
  /** A weight for each class (alpha); null: 1. */
  readonly weight?: Tensor1D | null
  readonly reduction?: Reduction
}

/**
 * The focal loss (arXiv:1708.02002) of a softmax, for logits [batch, classes] and int32 class indices [batch]:
 * -w[y] * (1 - p[y])^gamma * log p[y]. The mean divides by the batch, whatever the weights.
 */
export function softmaxFocal(
  input: Tensor,
  target: Tensor,
  { gamma = 2, weight = null, reduction = 'mean' }: Options = {},
): Tensor {
  const hot = oneHot(target, input.shape.at(-1) as number, 1, 0, 'float32')
  const factor = weight === null ? hot : mul(hot, weight)
  const rows = withGradient(
    input,
    [hot, sum(factor, -1, true)],
    (x, own, scale) => {
      const { logarithm, error } = partsOf(x, own)
      const entropy = mul(logarithm, mul(scale, -1))
      return gamma === 0 ? entropy : mul(entropy, pow(error, gamma))
    },
    (upstream, x, own, scale) => {
      const { p, logarithm, error } = partsOf(x, own)
      const direction = mul(sub(p, own), mul(upstream, scale))
      if (gamma === 0) return direction
      const steepness = mul(mul(sum(mul(p, own), -1, true), logarithm), -gamma)
      const change = mul(pow(maximum(error, tiny), gamma - 1), steepness)
      return mul(direction, add(pow(error, gamma), change))
    },
  )
  return reduction === 'none' ? squeeze(rows, [-1]) : reduce(rows, reduction)
}

/** The probabilities, log p[y], and 1 - p[y] with nothing cancelled. */
function partsOf(x: Tensor, own: Tensor): { p: Tensor; logarithm: Tensor; error: Tensor } {
  const logarithms = logSoftmax(x)
  const p = exp(logarithms)
  return {
    p,
    logarithm: sum(mul(logarithms, own), -1, true),
    error: sum(mul(p, sub(1, own)), -1, true),
  }
}

/** Keeps a negative power of an error of 0 finite; what it is multiplied with is 0 then. */
const tiny = 1e-30
