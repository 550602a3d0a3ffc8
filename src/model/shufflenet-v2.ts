import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Architecture, ConfigOf } from './architecture.js'
import { chain, concatenate, dropout, imageInput, linear, network, relu, scaled } from './blocks.js'
import { BatchNormalization } from './layers/batch-normalization.js'
import { ChannelShuffle } from './layers/channel-shuffle.js'
import { ChannelSlice } from './layers/channel-slice.js'
import { Convolution } from './layers/convolution.js'
import { DepthwiseConvolution } from './layers/depthwise-convolution.js'
import { MaxPooling } from './layers/max-pooling.js'
import { pytorchDefault } from './weight-distributions.js'

/** Channels of the stem, the three stages and the last convolution, in the sizes of the paper. */
const published: Readonly<Record<number, readonly number[]>> = {
  0.5: [24, 48, 96, 192, 1024],
  1: [24, 116, 232, 464, 1024],
  1.5: [24, 176, 352, 704, 1024],
  2: [24, 244, 488, 976, 2048],
}

const repeats = [4, 8, 4]

/** ShuffleNetV2 (Ma et al., 2018) as in torchvision, with the layer names of its modules. */
export const shufflenetV2: Architecture<ConfigOf<'shufflenet_v2_x1_0'>> = {
  build(config) {
    const [first, ...stages] = channelsOf(config.width) as [number, ...number[]]
    const last = stages.pop() as number
    const image = imageInput(config)
    const isSmall = config.stem === 'small'
    const stride = isSmall ? 1 : 2
    const pool = new MaxPooling({ name: 'maxpool', size: 3, stride: 2, padding: 1 })
    let x = chain(
      image,
      new Convolution({ name: 'conv1.0', filters: first, size: 3, stride, padding: 1 }),
      ...activated('conv1', 1),
      ...(isSmall ? [] : [pool]),
    )
    for (const [index, channels] of stages.entries()) {
      const name = `stage${index + 2}`
      x = halving(x, `${name}.0`, channels / 2)
      for (let block = 1; block < (repeats[index] as number); block++) {
        x = keeping(x, `${name}.${block}`, channels / 2)
      }
    }
    const logits = chain(
      x,
      new Convolution({ name: 'conv5.0', filters: last, size: 1 }),
      ...activated('conv5', 1),
      layers.globalAveragePooling2d({ name: 'avgpool' }),
      ...dropout('dropout', config.dropout),
      linear('fc', config.num_classes),
    )
    return network(config, image, logits)
  },
  pytorch: pytorchDefault,
}

/** The published channels for a width, or else those of width 1 times it, even where they are halved. */
function channelsOf(width: number): readonly number[] {
  const [first, ...rest] = published[1] as [number, ...number[]]
  const last = rest.pop() as number
  const stages = rest.map((channels) => 2 * scaled(channels / 2, width))
  return published[width] ?? [scaled(first, width), ...stages, scaled(last, width)]
}

/** A block that halves height and width, with convolutions in both branches. */
function halving(x: SymbolicTensor, name: string, channels: number): SymbolicTensor {
  const [one, two] = [`${name}.branch1`, `${name}.branch2`]
  const left = chain(
    x,
    new DepthwiseConvolution({ name: `${one}.0`, size: 3, stride: 2, padding: 1 }),
    new BatchNormalization({ name: `${one}.1` }),
    new Convolution({ name: `${one}.2`, filters: channels, size: 1 }),
    ...activated(one, 3),
  )
  return shuffled([left, mixed(x, two, { channels, stride: 2 })], name)
}

/** A block that computes on the second half of the channels. */
function keeping(x: SymbolicTensor, name: string, channels: number): SymbolicTensor {
  const half = (part: string, start: number): layers.Layer =>
    new ChannelSlice({ name: `${name}.${part}`, start, count: channels })
  const left = chain(x, half('left', 0))
  const right = chain(x, half('right', channels))
  return shuffled([left, mixed(right, `${name}.branch2`, { channels, stride: 1 })], name)
}

function mixed(
  x: SymbolicTensor,
  name: string,
  { channels, stride }: { channels: number; stride: number },
): SymbolicTensor {
  return chain(
    x,
    new Convolution({ name: `${name}.0`, filters: channels, size: 1 }),
    ...activated(name, 1),
    new DepthwiseConvolution({ name: `${name}.3`, size: 3, stride, padding: 1 }),
    new BatchNormalization({ name: `${name}.4` }),
    new Convolution({ name: `${name}.5`, filters: channels, size: 1 }),
    ...activated(name, 6),
  )
}

function shuffled(branches: SymbolicTensor[], name: string): SymbolicTensor {
  const shuffle = new ChannelShuffle({ name: `${name}.shuffle`, groups: 2 })
  return chain(concatenate(`${name}.concatenate`, branches), shuffle)
}

/** Batch normalization and ReLU as modules of a sequence, from a number on. */
function activated(name: string, number: number): layers.Layer[] {
  return [new BatchNormalization({ name: `${name}.${number}` }), relu(`${name}.${number + 1}`)]
}
