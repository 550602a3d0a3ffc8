import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Architecture, ConfigOf } from './architecture.js'
import { chain, divisibleByEight, dropout, imageInput, linear, network, sum } from './blocks.js'
import { Activation } from './layers/activation.js'
import { BatchNormalization } from './layers/batch-normalization.js'
import { Convolution } from './layers/convolution.js'
import { DepthwiseConvolution } from './layers/depthwise-convolution.js'
import { isFilter, isKernel, kaimingNormal, normal, zeros } from './weight-distributions.js'

/** Blocks in a row: the factor by which they widen inside, their channels, their number, the first one's stride. */
const stages = [
  { widening: 1, channels: 16, count: 1, stride: 1 },
  { widening: 6, channels: 24, count: 2, stride: 2 },
  { widening: 6, channels: 32, count: 3, stride: 2 },
  { widening: 6, channels: 64, count: 4, stride: 2 },
  { widening: 6, channels: 96, count: 3, stride: 1 },
  { widening: 6, channels: 160, count: 3, stride: 2 },
  { widening: 6, channels: 320, count: 1, stride: 1 },
] as const

/** MobileNetV2 (Sandler et al., 2018) as in torchvision, with the layer names of its modules. */
export const mobilenetV2: Architecture<ConfigOf<'mobilenet_v2'>> = {
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
    let number = 1
    for (const { widening, channels, count, stride } of stages) {
      const filters = divisibleByEight(channels * config.width)
      for (let index = 0; index < count; index++) {
        const block = { filters, widening, stride: index === 0 ? stride : 1 }
        x = invertedResidual(x, `features.${number}`, block)
        number += 1
      }
    }
    const last = divisibleByEight(1280 * Math.max(1, config.width))
    const logits = chain(
      x,
      new Convolution({ name: `features.${number}.0`, filters: last, size: 1 }),
      ...activated(`features.${number}`),
      layers.globalAveragePooling2d({ name: 'avgpool' }),
      ...dropout('classifier.0', config.dropout),
      linear('classifier.1', config.num_classes),
    )
    return network(config, image, logits)
  },
  pytorch(weight) {
    if (isFilter(weight)) return kaimingNormal(weight.fanOut)
    return isKernel(weight) ? normal(0.01) : zeros
  },
}

function invertedResidual(
  x: SymbolicTensor,
  name: string,
  block: { filters: number; widening: number; stride: number },
): SymbolicTensor {
  const { filters, widening, stride } = block
  const inputs = x.shape.at(-1) as number
  const widened = inputs * widening
  const expand = `${name}.conv.0`
  const wide =
    widening === 1
      ? x
      : chain(
          x,
          new Convolution({ name: `${expand}.0`, filters: widened, size: 1 }),
          ...activated(expand),
        )
  const next = widening === 1 ? 0 : 1
  const depthwise = `${name}.conv.${next}`
  const narrow = chain(
    wide,
    new DepthwiseConvolution({ name: `${depthwise}.0`, size: 3, stride, padding: 1 }),
    ...activated(depthwise),
    new Convolution({ name: `${name}.conv.${next + 1}`, filters, size: 1 }),
    new BatchNormalization({ name: `${name}.conv.${next + 2}` }),
  )
  return stride === 1 && inputs === filters ? sum(`${name}.add`, [x, narrow]) : narrow
}

/** Batch normalization and ReLU6, the second and third modules of a sequence. */
function activated(name: string): layers.Layer[] {
  return [
    new BatchNormalization({ name: `${name}.1` }),
    new Activation({ name: `${name}.2`, kind: 'relu6' }),
  ]
}
