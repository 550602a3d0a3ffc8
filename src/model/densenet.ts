import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Architecture, ConfigOf } from './architecture.js'
import {
  chain,
  concatenate,
  dropout,
  imageInput,
  linear,
  network,
  relu,
  requireImages,
  scaled,
} from './blocks.js'
import { BatchNormalization } from './layers/batch-normalization.js'
import { Convolution } from './layers/convolution.js'
import { MaxPooling } from './layers/max-pooling.js'
import { isFilter, isKernel, kaimingNormal, pytorchDefault, zeros } from './weight-distributions.js'

type DensenetConfig = ConfigOf<'densenet121'>

/** Dense layers in each block. */
const blocks = [6, 12, 24, 16]

/** DenseNet-121 (Huang et al., 2016) as in torchvision, with the layer names of its modules. */
export const densenet: Architecture<DensenetConfig> = {
  build(config) {
    const isSmall = config.stem === 'small'
    requireImages(
      config,
      isSmall ? 8 : 29,
      isSmall ? 'Use larger images.' : 'Use model.stem=small.',
    )
    const image = imageInput(config)
    let x = stem(image, config)
    for (const [index, count] of blocks.entries()) {
      const name = `features.denseblock${index + 1}`
      for (let number = 1; number <= count; number++) {
        const added = denseLayer(x, `${name}.denselayer${number}`, config)
        x = concatenate(`${name}.concatenate${number}`, [x, added])
      }
      if (index < blocks.length - 1) x = transition(x, `features.transition${index + 1}`)
    }
    const logits = chain(
      x,
      new BatchNormalization({ name: 'features.norm5' }),
      relu('relu'),
      layers.globalAveragePooling2d({ name: 'avgpool' }),
      linear('classifier', config.num_classes),
    )
    return network(config, image, logits)
  },
  pytorch(weight) {
    if (isFilter(weight)) return kaimingNormal(weight.fanIn)
    return isKernel(weight) ? pytorchDefault(weight) : zeros
  },
}

function stem(image: SymbolicTensor, { stem, width }: DensenetConfig): SymbolicTensor {
  const filters = scaled(64, width)
  const window = stem === 'small' ? { size: 3, padding: 1 } : { size: 7, stride: 2, padding: 3 }
  const pool = new MaxPooling({ name: 'features.pool0', size: 3, stride: 2, padding: 1 })
  return chain(
    image,
    new Convolution({ name: 'features.conv0', filters, ...window }),
    new BatchNormalization({ name: 'features.norm0' }),
    relu('features.relu0'),
    ...(stem === 'small' ? [] : [pool]),
  )
}

/** The channels that one layer adds to all that came before it in its block. */
function denseLayer(x: SymbolicTensor, name: string, config: DensenetConfig): SymbolicTensor {
  const growth = scaled(32, config.width)
  return chain(
    x,
    new BatchNormalization({ name: `${name}.norm1` }),
    relu(`${name}.relu1`),
    new Convolution({ name: `${name}.conv1`, filters: 4 * growth, size: 1 }),
    new BatchNormalization({ name: `${name}.norm2` }),
    relu(`${name}.relu2`),
    new Convolution({ name: `${name}.conv2`, filters: growth, size: 3, padding: 1 }),
    ...dropout(`${name}.dropout`, config.dropout),
  )
}

/** Half the channels, half the height and width. */
function transition(x: SymbolicTensor, name: string): SymbolicTensor {
  const channels = x.shape.at(-1) as number
  return chain(
    x,
    new BatchNormalization({ name: `${name}.norm` }),
    relu(`${name}.relu`),
    new Convolution({ name: `${name}.conv`, filters: Math.floor(channels / 2), size: 1 }),
    layers.averagePooling2d({ name: `${name}.pool`, poolSize: 2 }),
  )
}
