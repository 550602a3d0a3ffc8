import {
  add,
  maximum,
  mul,
  neg,
  pow,
  sigmoid,
  softplus,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { withGradient } from './with-gradient.js'

interface Options {
  /** Weight of targets 1 against 1 - alpha of targets 0; negative: none. */
  readonly alpha?: number
  readonly gamma?: number
  readonly reduction?: Reduction
}

/**
 * torchvision's sigmoid_focal_loss (arXiv:1708.02002) of logits and targets in [0, 1] of the same shape:
 * alpha_t * bce * (1 - p_t)^gamma, with p_t the probability of the target. Its mean is over all elements.
 */
export function sigmoidFocal(
  input: Tensor,
  target: Tensor,
  { alpha = 0.25, gamma = 2, reduction = 'mean' }: Options = {},
): Tensor {
  const losses = withGradient(
    input,
    [target, sub(1, target)],
    (x, y, other) => {
      const entropy = entropyOf(x, y, other)
      return gamma === 0 ? entropy : mul(entropy, pow(errorOf(x, y, other), gamma))
    },
    (upstream, x, y, other) => {
      const [p, q] = [sigmoid(x), sigmoid(neg(x))]
      const slope = sub(mul(other, p), mul(y, q))
      if (gamma === 0) return mul(upstream, slope)
      const error = errorOf(x, y, other)
      const steepness = mul(mul(sub(other, y), mul(p, q)), gamma)
      const change = mul(pow(maximum(error, tiny), gamma - 1), steepness)
      const whole = add(mul(pow(error, gamma), slope), mul(change, entropyOf(x, y, other)))
      return mul(upstream, whole)
    },
  )
  if (alpha < 0) return reduce(losses, reduction)
  const balance = add(mul(target, 2 * alpha - 1), 1 - alpha)
  return reduce(mul(losses, balance), reduction)
}

function entropyOf(x: Tensor, target: Tensor, opposite: Tensor): Tensor {
  return add(mul(target, softplus(neg(x))), mul(opposite, softplus(x)))
}

/** 1 - p_t, with nothing cancelled. */
function errorOf(x: Tensor, target: Tensor, opposite: Tensor): Tensor {
  return add(mul(target, sigmoid(neg(x))), mul(opposite, sigmoid(x)))
}

/** Keeps a negative power of an error of 0 finite; what it is multiplied with is 0 then. */
const tiny = 1e-30
