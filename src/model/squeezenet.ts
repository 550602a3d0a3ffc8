import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Architecture, ConfigOf } from './architecture.js'
import {
  chain,
  concatenate,
  dropout,
  imageInput,
  network,
  relu,
  requireImages,
  scaled,
} from './blocks.js'
import { Convolution } from './layers/convolution.js'
import { MaxPooling } from './layers/max-pooling.js'
import { isKernel, normal, uniform, zeros } from './weight-distributions.js'

/** The modules after the stem, by their number: fire modules with their squeezed channels, or pooling. */
const modules = [
  { number: 3, squeeze: 16 },
  { number: 4, squeeze: 16 },
  { number: 5, squeeze: null },
  { number: 6, squeeze: 32 },
  { number: 7, squeeze: 32 },
  { number: 8, squeeze: null },
  { number: 9, squeeze: 48 },
  { number: 10, squeeze: 48 },
  { number: 11, squeeze: 64 },
  { number: 12, squeeze: 64 },
] as const

/** SqueezeNet 1.1 (Iandola et al., 2016) as in torchvision, with the layer names of its modules. */
export const squeezenet: Architecture<ConfigOf<'squeezenet1_1'>> = {
  build(config) {
    const isSmall = config.stem === 'small'
    requireImages(
      config,
      isSmall ? 4 : 17,
      isSmall ? 'Use larger images.' : 'Use model.stem=small.',
    )
    const image = imageInput(config)
    const window = isSmall ? { size: 3, padding: 1 } : { size: 3, stride: 2 }
    const filters = scaled(64, config.width)
    let x = chain(
      image,
      new Convolution({ name: 'features.0', filters, bias: true, ...window }),
      relu('features.1'),
      ...(isSmall ? [] : [pooling('features.2')]),
    )
    for (const { number, squeeze } of modules) {
      const name = `features.${number}`
      x = squeeze === null ? chain(x, pooling(name)) : fire(x, name, scaled(squeeze, config.width))
    }
    const logits = chain(
      x,
      ...dropout('classifier.0', config.dropout),
      new Convolution({ name: 'classifier.1', filters: config.num_classes, size: 1, bias: true }),
      relu('classifier.2'),
      layers.globalAveragePooling2d({ name: 'classifier.3' }),
    )
    return network(config, image, logits)
  },
  pytorch(weight) {
    if (!isKernel(weight)) return zeros
    return weight.layer === 'classifier.1' ? normal(0.01) : uniform(Math.sqrt(6 / weight.fanIn))
  },
}

function pooling(name: string): layers.Layer {
  return new MaxPooling({ name, size: 3, stride: 2, ceil: true })
}

/** Narrow 1x1 convolutions, then 1x1 and 3x3 ones side by side, four times as wide each. */
function fire(x: SymbolicTensor, name: string, squeeze: number): SymbolicTensor {
  const narrow = chain(
    x,
    new Convolution({ name: `${name}.squeeze`, filters: squeeze, size: 1, bias: true }),
    relu(`${name}.squeeze_activation`),
  )
  const wide = { filters: 4 * squeeze, bias: true }
  const one = new Convolution({ name: `${name}.expand1x1`, size: 1, ...wide })
  const three = new Convolution({ name: `${name}.expand3x3`, size: 3, padding: 1, ...wide })
  const both = [one, three].map((layer) => chain(narrow, layer))
  return chain(concatenate(`${name}.expand`, both), relu(`${name}.expand_activation`))
}
