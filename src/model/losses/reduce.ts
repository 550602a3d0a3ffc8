import { mean, sum, type Tensor } from '@tensorflow/tfjs-core'
import type { Reduction } from './loss.js'

/** Single losses as they are, their sum, or their mean over all elements. */
export function reduce(losses: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'none') return losses
  return reduction === 'sum' ? sum(losses) : mean(losses)
}
