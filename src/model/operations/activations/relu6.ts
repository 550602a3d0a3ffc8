import { clipByValue, mul, step, sub, type Tensor } from '@tensorflow/tfjs-core'
import { withGradient } from '../own-gradient.js'

/** x between 0 and 6; the slope is 0 at both ends, unlike that of tfjs' own. */
export function relu6(input: Tensor): Tensor {
  return withGradient([input], {
    forward([x = input]) {
      const value = clipByValue(x, 0, 6)
      return { value, saved: [value] }
    },
    backward(upstream, [y = input]) {
      return [mul(upstream, mul(step(y), step(sub(6, y))))]
    },
  })
}
