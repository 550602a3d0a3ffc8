import {
  div,
  greater,
  mul,
  onesLike,
  sum,
  where,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { withGradient } from './with-gradient.js'

/** The sum of losses over a total weight. As in PyTorch, nothing weighs nothing: 0 / 0 is NaN, but its gradient is 0. */
export function weightedMean(losses: Tensor, total: Tensor): Tensor {
  return withGradient(
    losses,
    [total],
    (x, weight) => div(sum(x), weight),
    (upstream, x, weight) => {
      const slope = where(greater(weight, 0), div(upstream, weight), zerosLike(weight))
      return mul(onesLike(x), slope)
    },
  )
}
