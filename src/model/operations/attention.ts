import {
  add,
  fill,
  greater,
  matMul,
  mul,
  reshape,
  softmax,
  transpose,
  unstack,
  where,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { linear } from './linear.js'

export interface AttentionOptions {
  readonly heads: number
  /** [E,3E]: columns of the queries, the keys, the values. */
  readonly inKernel: Tensor
  /** [3E] */
  readonly inBias?: Tensor | undefined
  /** [E,E] */
  readonly outKernel: Tensor
  /** [E] */
  readonly outBias?: Tensor | undefined
  /** [S,S] by query and key: int32 or bool, not 0 where a query must not look; float32 is added to the scores. */
  readonly attentionMask?: Tensor | undefined
  /** [B,S]: not 0 for keys that nobody may look at. */
  readonly keyPaddingMask?: Tensor | undefined
}

export interface Attention {
  /** [B,S,E] */
  readonly output: Tensor
  /** [B,heads,S,S]: how much each query looks at each key. */
  readonly weights: Tensor
}

/**
 * PyTorch's MultiheadAttention of a sequence [B,S,E] with itself, without dropout: head h uses columns h*d..(h+1)*d-1
 * of queries, keys and values, d = E / heads, and scores q k / sqrt(d).
 */
export function multiHeadAttention(x: Tensor, options: AttentionOptions): Attention {
  const { heads, inKernel, inBias, outKernel, outBias } = options
  const [batch = 1, length = 1, width = 1] = x.shape
  const depth = width / heads
  const projected = linear(x, inKernel, inBias)
  const apart = reshape(projected, [batch, length, 3, heads, depth])
  const [queries = x, keys = x, values = x] = unstack(transpose(apart, [2, 0, 3, 1, 4]))
  const scores = matMul(mul(queries, 1 / Math.sqrt(depth)), keys, false, true)
  const weights = softmax(masked(scores, options))
  const mixed = transpose(matMul(weights, values), [0, 2, 1, 3])
  const output = linear(reshape(mixed, [batch, length, width]), outKernel, outBias)
  return { output, weights }
}

function masked(scores: Tensor, { attentionMask, keyPaddingMask }: AttentionOptions): Tensor {
  const [batch = 1, , , length = 1] = scores.shape
  const shown = attentionMask ? applyMask(scores, attentionMask) : scores
  return keyPaddingMask ? applyMask(shown, reshape(keyPaddingMask, [batch, 1, 1, length])) : shown
}

/** Scores of minus infinity have no weight and no gradient. */
function applyMask(scores: Tensor, mask: Tensor): Tensor {
  if (mask.dtype === 'float32') return add(scores, mask)
  const hidden = mask.dtype === 'bool' ? mask : greater(mask, 0)
  return where(hidden, fill(scores.shape, -Infinity), scores)
}
