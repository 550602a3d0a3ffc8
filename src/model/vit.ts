import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { AppError } from '../core/errors.js'
import type { Architecture, ConfigOf } from './architecture.js'
import { chain, dropout, imageInput, linear, network, scaled, sum } from './blocks.js'
import { Activation } from './layers/activation.js'
import { ClassToken } from './layers/class-token.js'
import { Convolution } from './layers/convolution.js'
import { FirstToken } from './layers/first-token.js'
import { LayerNormalization } from './layers/layer-normalization.js'
import { PositionEmbedding } from './layers/position-embedding.js'
import { SelfAttention } from './layers/self-attention.js'
import {
  isKernel,
  normal,
  pytorchDefault,
  xavierUniform,
  zeros,
  type Distribution,
  type WeightFacts,
} from './weight-distributions.js'

type VitConfig = ConfigOf<'vit'>

/** The sizes of an encoder; what a block computes between its dense layers is four times as wide as the tokens. */
interface Sizes {
  readonly patch: number
  readonly layers: number
  readonly heads: number
  readonly width: number
}

const variants = {
  tiny: { patch: 16, layers: 12, heads: 3, width: 192 },
  small: { patch: 16, layers: 12, heads: 6, width: 384 },
  b_16: { patch: 16, layers: 12, heads: 12, width: 768 },
  b_32: { patch: 32, layers: 12, heads: 12, width: 768 },
  l_16: { patch: 16, layers: 24, heads: 16, width: 1024 },
  l_32: { patch: 32, layers: 24, heads: 16, width: 1024 },
} satisfies Record<VitConfig['variant'], Sizes>

/** Vision transformer (Dosovitskiy et al., 2020) as in torchvision, with the layer names of its modules. */
export const vit: Architecture<VitConfig> = {
  build(config) {
    const sizes = sizesOf(config)
    const [rows, columns] = patchesOf(config, sizes.patch)
    const { patch, width } = sizes
    const image = imageInput(config)
    let x = chain(
      image,
      new Convolution({
        name: 'conv_proj',
        filters: width,
        size: patch,
        stride: patch,
        bias: true,
      }),
      layers.reshape({ name: 'patches', targetShape: [rows * columns, width] }),
      new ClassToken({ name: 'class_token' }),
      new PositionEmbedding({ name: 'encoder' }),
      ...dropout('encoder.dropout', config.dropout),
    )
    for (let index = 0; index < sizes.layers; index++) {
      x = encoderLayer(x, `encoder.layers.encoder_layer_${index}`, sizes, config.dropout)
    }
    const logits = chain(
      x,
      normalization('encoder.ln'),
      new FirstToken({ name: 'first_token' }),
      linear('heads.head', config.num_classes),
    )
    return network(config, image, logits)
  },
  pytorch: distributionOf,
}

/** The variant's sizes with what the config changes; the width factor keeps the number of heads. */
function sizesOf(config: VitConfig): Sizes {
  const { patch, layers, heads, width } = variants[config.variant]
  return {
    patch: config.patch_size ?? patch,
    layers: config.layers ?? layers,
    heads,
    width: heads * scaled(width / heads, config.width),
  }
}

function patchesOf({ image_size }: VitConfig, patch: number): [number, number] {
  const [height, width] = image_size
  if (height % patch === 0 && width % patch === 0) {
    return [height / patch, width / patch]
  }
  const fitting = Array.from({ length: Math.min(height, width) }, (_, index) => index + 1).filter(
    (size) => height % size === 0 && width % size === 0,
  )
  throw new AppError(
    'config_conflict',
    `Images of ${height}x${width} cannot be cut into patches of ${patch}x${patch}`,
    { hint: `Set model.patch_size to one of ${fitting.join(', ')}.` },
  )
}

function encoderLayer(
  x: SymbolicTensor,
  name: string,
  { heads, width }: Sizes,
  rate: number,
): SymbolicTensor {
  const attended = chain(
    x,
    normalization(`${name}.ln_1`),
    new SelfAttention({ name: `${name}.self_attention`, heads }),
    ...dropout(`${name}.dropout`, rate),
  )
  const y = sum(`${name}.add_1`, [attended, x])
  const mixed = chain(
    y,
    normalization(`${name}.ln_2`),
    linear(`${name}.mlp.0`, 4 * width),
    new Activation({ name: `${name}.mlp.1`, kind: 'gelu' }),
    ...dropout(`${name}.mlp.2`, rate),
    linear(`${name}.mlp.3`, width),
    ...dropout(`${name}.mlp.4`, rate),
  )
  return sum(`${name}.add_2`, [y, mixed])
}

function normalization(name: string): layers.Layer {
  return new LayerNormalization({ name, epsilon: 1e-6 })
}

/** torchvision's initial weights; its truncation at +-2 lies beyond every value that is drawn. */
function distributionOf(weight: WeightFacts): Distribution {
  const { layer, role, fanIn } = weight
  if (role === 'pos_embedding') return normal(0.02)
  if (layer.includes('.mlp.')) return isKernel(weight) ? xavierUniform(weight) : normal(1e-6)
  if (role === 'in_proj_kernel') return xavierUniform(weight)
  if (role === 'out_proj_kernel') return pytorchDefault(weight)
  return layer === 'conv_proj' && isKernel(weight) ? normal(Math.sqrt(1 / fanIn)) : zeros
}
