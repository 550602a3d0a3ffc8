import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Architecture, ConfigOf } from './architecture.js'
import { chain, dropout, imageInput, linear, network, relu, scaled, sum } from './blocks.js'
import { BatchNormalization } from './layers/batch-normalization.js'
import { Convolution } from './layers/convolution.js'
import { MaxPooling } from './layers/max-pooling.js'
import { isFilter, kaimingNormal, pytorchDefault } from './weight-distributions.js'

type ResnetConfig = ConfigOf<'resnet18' | 'resnet34' | 'resnet50' | 'resnet101'>

/** One residual block: its prefix in the layer names, its inner channels and the stride of its 3x3 convolution. */
interface Block {
  readonly name: string
  readonly channels: number
  readonly stride: number
}

interface Depth {
  readonly block: (x: SymbolicTensor, block: Block) => SymbolicTensor
  /** The number of blocks in each of the four stages. */
  readonly stages: readonly number[]
}

const depths = {
  resnet18: { block: basicBlock, stages: [2, 2, 2, 2] },
  resnet34: { block: basicBlock, stages: [3, 4, 6, 3] },
  resnet50: { block: bottleneck, stages: [3, 4, 6, 3] },
  resnet101: { block: bottleneck, stages: [3, 4, 23, 3] },
} satisfies Record<ResnetConfig['name'], Depth>

/** ResNet (He et al., 2015) as in torchvision, with the layer names of its modules. */
export const resnet: Architecture<ResnetConfig> = {
  build(config) {
    const { block, stages } = depths[config.name]
    const image = imageInput(config)
    let x = stem(image, config)
    for (const [index, count] of stages.entries()) {
      const channels = scaled(64 * 2 ** index, config.width)
      for (let number = 0; number < count; number++) {
        const stride = index > 0 && number === 0 ? 2 : 1
        x = block(x, { name: `layer${index + 1}.${number}`, channels, stride })
      }
    }
    const logits = chain(
      x,
      layers.globalAveragePooling2d({ name: 'avgpool' }),
      ...dropout('dropout', config.dropout),
      linear('fc', config.num_classes),
    )
    return network(config, image, logits)
  },
  pytorch: (weight) => (isFilter(weight) ? kaimingNormal(weight.fanOut) : pytorchDefault(weight)),
}

function stem(image: SymbolicTensor, { stem, width }: ResnetConfig): SymbolicTensor {
  const filters = scaled(64, width)
  const window = stem === 'small' ? { size: 3, padding: 1 } : { size: 7, stride: 2, padding: 3 }
  const pool = new MaxPooling({ name: 'maxpool', size: 3, stride: 2, padding: 1 })
  return chain(
    image,
    new Convolution({ name: 'conv1', filters, ...window }),
    new BatchNormalization({ name: 'bn1' }),
    relu('relu'),
    ...(stem === 'small' ? [] : [pool]),
  )
}

function basicBlock(x: SymbolicTensor, { name, channels, stride }: Block): SymbolicTensor {
  const residual = chain(
    x,
    new Convolution({
      name: `${name}.conv1`,
      filters: channels,
      size: 3,
      stride,
      padding: 1,
    }),
    new BatchNormalization({ name: `${name}.bn1` }),
    relu(`${name}.relu1`),
    new Convolution({ name: `${name}.conv2`, filters: channels, size: 3, padding: 1 }),
    new BatchNormalization({ name: `${name}.bn2` }),
  )
  return joined(x, residual, { name, channels, stride })
}

function bottleneck(x: SymbolicTensor, { name, channels, stride }: Block): SymbolicTensor {
  const residual = chain(
    x,
    new Convolution({ name: `${name}.conv1`, filters: channels, size: 1 }),
    new BatchNormalization({ name: `${name}.bn1` }),
    relu(`${name}.relu1`),
    new Convolution({
      name: `${name}.conv2`,
      filters: channels,
      size: 3,
      stride,
      padding: 1,
    }),
    new BatchNormalization({ name: `${name}.bn2` }),
    relu(`${name}.relu2`),
    new Convolution({ name: `${name}.conv3`, filters: 4 * channels, size: 1 }),
    new BatchNormalization({ name: `${name}.bn3` }),
  )
  return joined(x, residual, { name, channels: 4 * channels, stride })
}

/** The residual plus the block's input, which is projected where its shape differs, and ReLU. */
function joined(x: SymbolicTensor, residual: SymbolicTensor, block: Block): SymbolicTensor {
  const { name, channels, stride } = block
  const identity = stride === 1 && x.shape.at(-1) === channels
  const shortcut = identity
    ? x
    : chain(
        x,
        new Convolution({ name: `${name}.downsample.0`, filters: channels, size: 1, stride }),
        new BatchNormalization({ name: `${name}.downsample.1` }),
      )
  return chain(sum(`${name}.add`, [residual, shortcut]), relu(`${name}.relu`))
}
