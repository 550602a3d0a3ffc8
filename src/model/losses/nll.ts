import { greater, mul, neg, sum, where, zerosLike, type Tensor } from '@tensorflow/tfjs-core'
import { classTargets, weighted, type ClassOptions } from './class-shares.js'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { weightedMean } from './weighted-mean.js'

interface Options extends ClassOptions {
  readonly reduction?: Reduction
}

/**
 * PyTorch's nll_loss of log-probabilities [..., classes] and int32 class indices [...]: -w[y] * x[y]. The mean divides by
 * the weights of the targets that count. Log-probabilities of other classes may be -Infinity.
 */
export function nll(
  input: Tensor,
  target: Tensor,
  { weight = null, ignore_index = -100, reduction = 'mean' }: Options = {},
): Tensor {
  const { hot, counted } = classTargets(target, input.shape.at(-1) as number, ignore_index)
  const shares = weighted(hot, weight, counted)
  const chosen = where(greater(hot, 0), input, zerosLike(input))
  const rows = neg(sum(mul(chosen, shares), -1))
  if (reduction !== 'mean' || (weight === null && counted === null)) return reduce(rows, reduction)
  return weightedMean(rows, sum(shares))
}
