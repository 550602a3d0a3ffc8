import { add, erf, exp, mul, sigmoid, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import { withGradient } from '../own-gradient.js'

/** x Phi(x), the normal distribution's Phi(x) = (1 + erf(x / sqrt 2)) / 2; the derivative is Phi(x) + x phi(x). */
export function gelu(input: Tensor): Tensor {
  return withGradient([input], {
    forward([x = input]) {
      const share = add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5)
      return { value: mul(x, share), saved: [x, share] }
    },
    backward(upstream, [x = input, share = input]) {
      const density = exp(mul(square(x), -0.5))
      const slope = add(share, mul(mul(x, density), 1 / Math.sqrt(2 * Math.PI)))
      return [mul(upstream, slope)]
    },
  })
}

const scale = 2 * Math.sqrt(2 / Math.PI)
const cubic = 0.044715 * scale

/**
 * Its approximation by tanh, 0.5x (1 + tanh u) with u = sqrt(2/pi)(x + 0.044715x^3), which is x sigmoid(2u); the
 * derivative is s + x s (1 - s) 2u'.
 */
export function geluTanh(input: Tensor): Tensor {
  return withGradient([input], {
    forward([x = input]) {
      const share = sigmoid(mul(x, add(mul(square(x), cubic), scale)))
      return { value: mul(x, share), saved: [x, share] }
    },
    backward(upstream, [x = input, share = input]) {
      const inner = add(mul(square(x), 3 * cubic), scale)
      const bend = mul(mul(x, inner), sub(1, share))
      return [mul(upstream, mul(share, add(bend, 1)))]
    },
  })
}
