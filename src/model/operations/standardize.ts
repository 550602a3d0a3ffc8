import { add, mean, mul, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import { withGradient } from './own-gradient.js'

/**
 * (x - mean) / sqrt(variance + epsilon) over the given axes, the variance biased. The gradient in closed form, z being
 * the result: (dz - mean(dz) - z mean(dz z)) / sqrt(variance + epsilon).
 */
export function standardize(input: Tensor, axes: number[], epsilon: number): Tensor {
  return withGradient([input], {
    forward([x = input]) {
      const centered = sub(x, mean(x, axes, true))
      const inverse = rsqrt(add(mean(square(centered), axes, true), epsilon))
      const value = mul(centered, inverse)
      return { value, saved: [value, inverse] }
    },
    backward(upstream, [standard = input, inverse = input]) {
      const shift = mean(upstream, axes, true)
      const slope = mean(mul(upstream, standard), axes, true)
      return [mul(sub(sub(upstream, shift), mul(standard, slope)), inverse)]
    },
  })
}
