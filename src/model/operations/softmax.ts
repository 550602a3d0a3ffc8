import {
  logSoftmax as lastLogSoftmax,
  softmax as lastSoftmax,
  transpose,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** exp(x) / sum(exp(x)) along an axis. */
export function softmax(x: Tensor, axis = -1): Tensor {
  return alongLast(x, axis, (moved) => lastSoftmax(moved))
}

/** Its logarithm. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return alongLast(x, axis, (moved) => lastLogSoftmax(moved))
}

/** tfjs' own work along the last axis only. */
function alongLast(x: Tensor, axis: number, compute: (moved: Tensor) => Tensor): Tensor {
  const [from, last] = [axis < 0 ? axis + x.rank : axis, x.rank - 1]
  if (from === last) return compute(x)
  const swap = x.shape.map((_, index) => (index === from ? last : index === last ? from : index))
  return transpose(compute(transpose(x, swap)), swap)
}
