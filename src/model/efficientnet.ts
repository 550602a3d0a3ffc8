import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Architecture, ConfigOf } from './architecture.js'
import { chain, divisibleByEight, dropout, imageInput, linear, network, sum } from './blocks.js'
import { Activation } from './layers/activation.js'
import { BatchNormalization } from './layers/batch-normalization.js'
import { Convolution } from './layers/convolution.js'
import { DepthwiseConvolution } from './layers/depthwise-convolution.js'
import { StochasticDepth } from './layers/stochastic-depth.js'
import {
  isFilter,
  isKernel,
  kaimingNormal,
  uniform,
  zeros,
  type WeightFacts,
} from './weight-distributions.js'

/** Blocks in a row: the factor by which they widen inside, their window, channels, number, the first one's stride. */
const stages = [
  { widening: 1, size: 3, channels: 16, count: 1, stride: 1 },
  { widening: 6, size: 3, channels: 24, count: 2, stride: 2 },
  { widening: 6, size: 5, channels: 40, count: 2, stride: 2 },
  { widening: 6, size: 3, channels: 80, count: 3, stride: 2 },
  { widening: 6, size: 5, channels: 112, count: 3, stride: 1 },
  { widening: 6, size: 5, channels: 192, count: 4, stride: 2 },
  { widening: 6, size: 3, channels: 320, count: 1, stride: 1 },
] as const

const blockCount = stages.reduce((total, { count }) => total + count, 0)

/** EfficientNet-B0 (Tan and Le, 2019) as in torchvision, with the layer names of its modules. */
export const efficientnet: Architecture<ConfigOf<'efficientnet_b0'>> = {
  build(config) {
    const image = imageInput(config)
    const first = {
      filters: divisibleByEight(32 * config.width),
      size: 3,
      stride: config.stem === 'small' ? 1 : 2,
      padding: 1,
    }
    let x = chain(
      image,
      new Convolution({ name: 'features.0.0', ...first }),
      ...activated('features.0'),
    )
    let before = 0
    for (const [index, { count, channels, ...stage }] of stages.entries()) {
      const filters = divisibleByEight(channels * config.width)
      for (let number = 0; number < count; number++) {
        const name = `features.${index + 1}.${number}`
        const stride = number === 0 ? stage.stride : 1
        const rate = (config.stochastic_depth * before) / blockCount
        x = residualBlock(x, name, { ...stage, filters, stride, rate })
        before += 1
      }
    }
    const filters = 4 * divisibleByEight(320 * config.width)
    const logits = chain(
      x,
      new Convolution({ name: 'features.8.0', filters, size: 1 }),
      ...activated('features.8'),
      layers.globalAveragePooling2d({ name: 'avgpool' }),
      ...dropout('classifier.0', config.dropout),
      linear('classifier.1', config.num_classes),
    )
    return network(config, image, logits)
  },
  pytorch(weight: WeightFacts) {
    if (isFilter(weight)) return kaimingNormal(weight.fanOut)
    return isKernel(weight) ? uniform(1 / Math.sqrt(weight.fanOut)) : zeros
  },
}

interface Block {
  readonly filters: number
  readonly widening: number
  readonly size: number
  readonly stride: number
  readonly rate: number
}

function residualBlock(x: SymbolicTensor, name: string, block: Block): SymbolicTensor {
  const { filters, widening, size, stride, rate } = block
  const inputs = x.shape.at(-1) as number
  const widened = divisibleByEight(inputs * widening)
  const isWidened = widened !== inputs
  const module = (number: number): string => `${name}.block.${number + (isWidened ? 1 : 0)}`
  const wide = isWidened
    ? chain(
        x,
        new Convolution({ name: `${module(-1)}.0`, filters: widened, size: 1 }),
        ...activated(module(-1)),
      )
    : x
  const padding = (size - 1) / 2
  const filtered = chain(
    wide,
    new DepthwiseConvolution({ name: `${module(0)}.0`, size, stride, padding }),
    ...activated(module(0)),
  )
  const narrow = chain(
    excited(filtered, module(1), Math.max(1, Math.floor(inputs / 4))),
    new Convolution({ name: `${module(2)}.0`, filters, size: 1 }),
    new BatchNormalization({ name: `${module(2)}.1` }),
  )
  if (stride !== 1 || inputs !== filters) return narrow
  const depth = new StochasticDepth({ name: `${name}.stochastic_depth`, rate })
  return sum(`${name}.add`, [chain(narrow, ...(rate > 0 ? [depth] : [])), x])
}

/** Squeeze and excitation: each channel times a factor that depends on the means of all. */
function excited(x: SymbolicTensor, name: string, squeezed: number): SymbolicTensor {
  const channels = x.shape.at(-1) as number
  const factors = chain(
    x,
    layers.globalAveragePooling2d({ name: `${name}.avgpool` }),
    layers.reshape({ name: `${name}.reshape`, targetShape: [1, 1, channels] }),
    new Convolution({ name: `${name}.fc1`, filters: squeezed, size: 1, bias: true }),
    new Activation({ name: `${name}.activation`, kind: 'silu' }),
    new Convolution({ name: `${name}.fc2`, filters: channels, size: 1, bias: true }),
    new Activation({ name: `${name}.scale_activation`, kind: 'sigmoid' }),
  )
  return layers.multiply({ name: `${name}.multiply` }).apply([x, factors]) as SymbolicTensor
}

/** Batch normalization and SiLU, the second and third modules of a sequence. */
function activated(name: string): layers.Layer[] {
  return [
    new BatchNormalization({ name: `${name}.1` }),
    new Activation({ name: `${name}.2`, kind: 'silu' }),
  ]
}
