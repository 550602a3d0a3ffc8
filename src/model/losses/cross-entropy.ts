import {
  customGrad,
  div,
  exp,
  log,
  max,
  mean,
  mul,
  oneHot,
  sub,
  sum,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { Loss } from './loss.js'

/**
 * Cross entropy of logits and class indices, averaged over the batch. The largest logit is taken out first, so no
 * exponential overflows; the gradient is (softmax - one-hot) / batch, in closed form.
 */
export const crossEntropy: Loss = (logits, labels) => {
  const [batch, classes] = logits.shape
  const target = oneHot(labels, classes, 1, 0, 'float32')
  const operation = customGrad((x, save) => {
    const shifted = sub(x as Tensor, max(x as Tensor, 1, true))
    const exponentials = exp(shifted)
    const total = sum(exponentials, 1, true)
    const score = sum(mul(shifted, target), 1, true)
    ;(save as unknown as (tensors: Tensor[]) => void)([exponentials, total, target])
    return {
      value: mean(sub(log(total), score)),
      gradFunc: (upstream: Tensor, saved: Tensor[]) => {
        const [numerator, denominator, hot] = saved as [Tensor, Tensor, Tensor]
        return mul(sub(div(numerator, denominator), hot), mul(upstream, 1 / batch))
      },
    }
  })
  return operation(logits) as Scalar
}
