import { add, mul, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { standardize } from './standardize.js'

export interface LayerNormalizationOptions {
  /** Shape of the normalized axes, as `shape` says, or nothing: no scaling. */
  readonly scale?: Tensor | undefined
  readonly offset?: Tensor | undefined
  readonly epsilon?: number
}

/** PyTorch's layer_norm over the last axes, whose lengths are `shape`; the variance is the biased one. */
export function layerNormalization(
  x: Tensor,
  shape: readonly number[],
  { scale, offset, epsilon = 1e-5 }: LayerNormalizationOptions = {},
): Tensor {
  const size = shape.reduce((product, length) => product * length, 1)
  const rows = reshape(x, [x.size / size, size])
  const standard = standardize(rows, [1], epsilon)
  const scaled = scale ? mul(standard, reshape(scale, [size])) : standard
  const moved = offset ? add(scaled, reshape(offset, [size])) : scaled
  return reshape(moved, x.shape)
}
