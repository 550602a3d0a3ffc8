import {
  exp,
  greater,
  log,
  maximum,
  mul,
  neg,
  sub,
  sum,
  where,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { Reduction } from './loss.js'
import { reduce } from './reduce.js'
import { withGradient } from './with-gradient.js'

interface Options {
  /** Whether the target is given as logarithms. */
  readonly log_target?: boolean
  /** As in PyTorch, `mean` divides by all elements and `batchmean` by the first dimension. */
  readonly reduction?: Reduction | 'batchmean'
}

/**
 * PyTorch's kl_div of log-probabilities x and probabilities y of one shape: y * (log(y) - x), 0 where y is 0; of
 * logarithms of probabilities: exp(y) * (y - x).
 */
export function klDiv(
  input: Tensor,
  target: Tensor,
  { log_target = false, reduction = 'mean' }: Options = {},
): Tensor {
  const shares = log_target ? exp(target) : target
  const logarithms = log_target ? target : log(maximum(target, tiny))
  const losses = withGradient(
    input,
    [shares, logarithms],
    (x, y, logarithm) => {
      const values = mul(y, sub(logarithm, x))
      return log_target ? values : where(greater(y, 0), values, zerosLike(values))
    },
    (upstream, _x, y) => neg(mul(upstream, y)),
  )
  if (reduction !== 'batchmean') return reduce(losses, reduction)
  return mul(sum(losses), 1 / input.shape[0])
}

/** Keeps the logarithm of 0, which is not used, finite. */
const tiny = 1e-37
