import {
  add,
  customGrad,
  div,
  exp,
  log,
  max,
  mul,
  squeeze,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { classTargets, weighted, type ClassOptions } from './class-shares.js'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { weightedMean } from './weighted-mean.js'

interface Options extends ClassOptions {
  /** Share of each target that is spread evenly over all classes. */
  readonly label_smoothing?: number
  readonly reduction?: Reduction
}

/**
 * PyTorch's cross_entropy of logits [..., classes] and int32 class indices [...] or float32 probabilities
 * [..., classes]: sum_c a_c * -log_softmax(x)_c, where a_c = w_c * ((1 - e) * q_c + e / classes), q being the target and
 * e the smoothing. The mean divides by the weights of the targets that count, or by the number of probability targets.
 */
export function crossEntropy(
  input: Tensor,
  target: Tensor,
  { weight = null, label_smoothing = 0, ignore_index = -100, reduction = 'mean' }: Options = {},
): Tensor {
  const classes = input.shape.at(-1) as number
  const byIndex = target.dtype === 'int32'
  const { hot, counted } = byIndex
    ? classTargets(target, classes, ignore_index)
    : { hot: target, counted: null }
  const smooth =
    label_smoothing === 0 ? hot : add(mul(hot, 1 - label_smoothing), label_smoothing / classes)
  const shares = weighted(smooth, weight, counted)
  const isPlain = byIndex && weight === null && counted === null
  const rows = shareEntropy(input, shares, isPlain ? null : sum(shares, -1, true))
  if (reduction === 'none') return squeeze(rows, [-1])
  if (reduction === 'sum' || isPlain || !byIndex) return reduce(rows, reduction)
  return weightedMean(rows, sum(weighted(hot, weight, counted)))
}

/**
 * sum_c a_c * -log_softmax(x)_c as [..., 1] for shares a and their total (null: 1). The largest logit is taken out first,
 * so no exponential overflows; the gradient is total * softmax - a, in closed form.
 */
function shareEntropy(input: Tensor, shares: Tensor, total: Tensor | null): Tensor {
  const scaled = (value: Tensor, factor = total) => (factor === null ? value : mul(value, factor))
  const operation = customGrad((x, save) => {
    const shifted = sub(x as Tensor, max(x as Tensor, -1, true))
    const exponentials = exp(shifted)
    const sumOfExponentials = sum(exponentials, -1, true)
    const score = sum(mul(shifted, shares), -1, true)
    const kept = [exponentials, sumOfExponentials, shares, ...(total === null ? [] : [total])]
    ;(save as unknown as (tensors: Tensor[]) => void)(kept)
    return {
      value: sub(scaled(log(sumOfExponentials)), score),
      gradFunc: (upstream: Tensor, saved: Tensor[]) => {
        const [numerator, denominator, a, factor = null] = saved as [
          Tensor,
          Tensor,
          Tensor,
          Tensor?,
        ]
        return mul(sub(scaled(div(numerator, denominator), factor), a), upstream)
      },
    }
  })
  return operation(input)
}
