import type { Tensor } from '@tensorflow/tfjs-core'
import { takeAlong } from './take.js'

/**
 * Every so many-th element of each axis, from `begin` up to but without `end`; a negative stride goes backwards. Unlike
 * tfjs' own it has a gradient.
 */
export function stridedSlice(
  x: Tensor,
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[],
): Tensor {
  return begin.reduce((part, first, axis) => {
    const [last = first, stride = 1] = [end[axis], strides[axis]]
    const count = Math.max(0, Math.ceil((last - first) / stride))
    const positions = Array.from({ length: count }, (_, index) => first + index * stride)
    const isWhole = count === x.shape[axis] && stride === 1
    return isWhole ? part : takeAlong(part, axis, positions)
  }, x)
}
