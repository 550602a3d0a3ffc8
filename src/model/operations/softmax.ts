import {
  exp,
  logSoftmax as plainLogSoftmax,
  mul,
  softmax as plainSoftmax,
  sub,
  sum,
  transpose,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { engineKernel } from './engine-kernel.js'
import { withGradient } from './own-gradient.js'

/** exp(x) / sum(exp(x)) along an axis. */
export function softmax(x: Tensor, axis = -1): Tensor {
  return alongLast(x, axis, (moved) => plainSoftmax(moved))
}

/** Its logarithm. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return alongLast(x, axis, lastLogSoftmax)
}

/** tfjs' own work along the last axis only. */
function alongLast(x: Tensor, axis: number, compute: (moved: Tensor) => Tensor): Tensor {
  const [from, last] = [axis < 0 ? axis + x.rank : axis, x.rank - 1]
  if (from === last) return compute(x)
  const swap = x.shape.map((_, index) => (index === from ? last : index === last ? from : index))
  return transpose(compute(transpose(x, swap)), swap)
}

/** With the gradient dy - exp(y) sum(dy). */
function lastLogSoftmax(input: Tensor): Tensor {
  const kernel = engineKernel('LogSoftmax')
  if (!kernel) return plainLogSoftmax(input)
  return withGradient([input], {
    forward([logits = input]) {
      const [value = logits] = kernel({ logits }, { axis: -1 })
      return { value, saved: [value] }
    },
    backward: (upstream, [y = input]) => [sub(upstream, mul(exp(y), sum(upstream, -1, true)))],
  })
}
