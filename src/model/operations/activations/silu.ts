import { add, mul, sigmoid, sub, type Tensor } from '@tensorflow/tfjs-core'
import { withGradient } from '../own-gradient.js'

/** y = x s with s = sigmoid(x), also called swish; the derivative is y + s (1 - y). */
export function silu(input: Tensor): Tensor {
  return withGradient([input], {
    forward([x = input]) {
      const share = sigmoid(x)
      const value = mul(x, share)
      return { value, saved: [share, value] }
    },
    backward(upstream, [share = input, y = input]) {
      return [mul(upstream, add(y, mul(share, sub(1, y))))]
    },
  })
}
