import {
  greater,
  mul,
  onesLike,
  sigmoid,
  softplus as unit,
  where,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { withGradient } from '../own-gradient.js'

/** Beyond this value of beta x, float32 cannot tell log(1 + exp) from its argument. */
const indistinguishable = 17

/** log(1 + exp(beta x)) / beta, and x itself where beta x is above the threshold. */
export function softplus(input: Tensor, beta = 1, threshold = 20): Tensor {
  if (threshold >= indistinguishable) return curve(input, beta)
  return withGradient([input], {
    forward([x = input]) {
      const isStraight = greater(x, threshold / beta)
      return { value: where(isStraight, x, curve(x, beta)), saved: [x, isStraight] }
    },
    backward(upstream, [x = input, isStraight = input]) {
      return [mul(upstream, where(isStraight, onesLike(x), sigmoid(mul(x, beta))))]
    },
  })
}

function curve(x: Tensor, beta: number): Tensor {
  return beta === 1 ? unit(x) : mul(unit(mul(x, beta)), 1 / beta)
}
