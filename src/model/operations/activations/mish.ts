import { add, mul, sigmoid, softplus, square, sub, tanh, type Tensor } from '@tensorflow/tfjs-core'
import { withGradient } from '../own-gradient.js'

/** x t with t = tanh(softplus(x)); the derivative is t + x (1 - t^2) sigmoid(x). */
export function mish(input: Tensor): Tensor {
  return withGradient([input], {
    forward([x = input]) {
      const share = tanh(softplus(x))
      return { value: mul(x, share), saved: [x, share] }
    },
    backward(upstream, [x = input, share = input]) {
      const bend = mul(mul(x, sigmoid(x)), sub(1, square(share)))
      return [mul(upstream, add(share, bend))]
    },
  })
}
