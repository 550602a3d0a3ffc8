import {
  add,
  elu as plainElu,
  greater,
  mul,
  onesLike,
  where,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { withGradient } from '../own-gradient.js'

/** x where positive, else alpha (exp x - 1); the slope at 0 is alpha. */
export function elu(input: Tensor, alpha = 1): Tensor {
  if (alpha === 1) return plainElu(input)
  return withGradient([input], {
    forward([x = input]) {
      const isPositive = greater(x, 0)
      const unit = plainElu(x)
      const value = where(isPositive, unit, mul(unit, alpha))
      return { value, saved: [isPositive, value] }
    },
    backward(upstream, [isPositive = input, y = input]) {
      return [mul(upstream, where(isPositive, onesLike(y), add(y, alpha)))]
    },
  })
}
