import { add, mul, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { standardize } from './standardize.js'

export interface GroupNormalizationOptions {
  /** [C], or nothing: no scaling. */
  readonly scale?: Tensor | undefined
  readonly offset?: Tensor | undefined
  readonly epsilon?: number
}

/** PyTorch's group_norm on [B,...,C]: each sample's groups of C/groups channels are normalized over all positions. */
export function groupNormalization(
  x: Tensor,
  groups: number,
  { scale, offset, epsilon = 1e-5 }: GroupNormalizationOptions = {},
): Tensor {
  const [batch = 1] = x.shape
  const channels = x.shape.at(-1) ?? 1
  const positions = x.size / (batch * channels)
  const grouped = reshape(x, [batch, positions, groups, channels / groups])
  const standard = reshape(standardize(grouped, [1, 3], epsilon), x.shape)
  const scaled = scale ? mul(standard, scale) : standard
  return offset ? add(scaled, offset) : scaled
}
