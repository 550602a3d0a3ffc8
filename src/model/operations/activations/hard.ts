import { add, clipByValue, mul, step, sub, type Tensor } from '@tensorflow/tfjs-core'
import { withGradient } from '../own-gradient.js'

/** relu6(x + 3) / 6; the slope is 0 at -3 and 3. */
export function hardSigmoid(input: Tensor): Tensor {
  return withGradient([input], {
    forward([x = input]) {
      const share = shareOf(x)
      return { value: share, saved: [share] }
    },
    backward(upstream, [share = input]) {
      return [mul(upstream, mul(inside(share), 1 / 6))]
    },
  })
}

/** x relu6(x + 3) / 6; the slope at -3 is 0 and at 3 it is 1. */
export function hardSwish(input: Tensor): Tensor {
  return withGradient([input], {
    forward([x = input]) {
      const share = shareOf(x)
      return { value: mul(x, share), saved: [x, share] }
    },
    backward(upstream, [x = input, share = input]) {
      return [mul(upstream, add(share, mul(mul(x, inside(share)), 1 / 6)))]
    },
  })
}

function shareOf(x: Tensor): Tensor {
  return clipByValue(add(mul(x, 1 / 6), 0.5), 0, 1)
}

/** 1 between -3 and 3, else 0. */
function inside(share: Tensor): Tensor {
  return mul(step(share), step(sub(1, share)))
}
