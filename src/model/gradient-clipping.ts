import {
  abs,
  add,
  clipByValue,
  div,
  max,
  maximum,
  minimum,
  mul,
  pow,
  sqrt,
  sum,
  type NamedTensorMap,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { GradientClippingConfig } from '../spec/types.gen.js'

/** Gradients within their limits: single values first, then all together by their norm. */
export function clipGradients(
  gradients: NamedTensorMap,
  { value, norm, norm_type }: GradientClippingConfig,
): NamedTensorMap {
  const bounded =
    value === null ? gradients : each(gradients, (gradient) => clipByValue(gradient, -value, value))
  if (norm === null || Object.keys(bounded).length === 0) return bounded
  const scale = minimum(1, div(norm, add(totalNorm(Object.values(bounded), norm_type), 1e-6)))
  return each(bounded, (gradient) => mul(gradient, scale))
}

/**
 * The norm over all tensors as if they were one: the p-th root of the sum of |g| to the p, or the largest |g|. Clipping
 * multiplies by min(1, limit / (norm + 1e-6)), as torch.nn.utils.clip_grad_norm_ does.
 */
export function totalNorm(
  gradients: readonly Tensor[],
  type: GradientClippingConfig['norm_type'],
): Scalar {
  if (type === 'inf') {
    return gradients.map((gradient) => max<Scalar>(abs(gradient))).reduce(larger)
  }
  if (type === 1) return total(gradients.map((gradient) => abs(gradient)))
  if (type === 2) return sqrt(total(gradients.map((gradient) => mul(gradient, gradient))))
  return pow(total(gradients.map((gradient) => pow(abs(gradient), type))), 1 / type)
}

function total(tensors: readonly Tensor[]): Scalar {
  return tensors.map((one) => sum<Scalar>(one)).reduce((a, b) => add<Scalar>(a, b))
}

function larger(a: Scalar, b: Scalar): Scalar {
  return maximum(a, b)
}

function each(gradients: NamedTensorMap, change: (gradient: Tensor) => Tensor): NamedTensorMap {
  return Object.fromEntries(Object.entries(gradients).map(([name, one]) => [name, change(one)]))
}
