import {
  engine,
  pad as padTensor,
  reshape,
  slice,
  stridedSlice,
  type NamedAttrMap,
  type Rank,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import type { Padded } from './native-padding.js'
import { withGradient } from './own-gradient.js'
import { reachOf, type Pair } from './windows.js'

interface Settings {
  readonly stride: Pair
  readonly dilation: Pair
  readonly pad: Padded['pad']
}

const kernelNames = {
  dense: {
    forward: 'Conv2D',
    inputGradient: 'Conv2DBackpropInput',
    kernelGradient: 'Conv2DBackpropFilter',
  },
  depthwise: {
    forward: 'DepthwiseConv2dNative',
    inputGradient: 'DepthwiseConv2dNativeBackpropInput',
    kernelGradient: 'DepthwiseConv2dNativeBackpropFilter',
  },
}

/**
 * A convolution with gaps between its taps. tfjs has no gradient for it, and no stride beside it: both compute with the
 * kernel spread out, zeros in the gaps.
 */
export function dilatedConvolution(
  kind: keyof typeof kernelNames,
  x: Tensor4D,
  kernel: Tensor4D,
  { stride, dilation, pad }: Settings,
): Tensor4D {
  const names = kernelNames[kind]
  const plain = { strides: [...stride], pad, dataFormat: 'NHWC', dilations: [1, 1] }
  const gapless = stride.every((step) => step === 1)
  return withGradient([x, kernel], {
    forward([maps, filter]) {
      if (!maps || !filter) throw new Error('A convolution without operands')
      const value = gapless
        ? run(names.forward, { x: maps, filter }, { ...plain, dilations: [...dilation] })
        : run(names.forward, { x: maps, filter: spread(filter, dilation) }, plain)
      return { value: value as Tensor4D, saved: [maps, filter] }
    },
    backward(dy, [maps, filter]) {
      if (!maps || !filter) throw new Error('Nothing was saved')
      const wide = spread(filter, dilation)
      const byInput = { ...plain, inputShape: maps.shape }
      const byKernel = { ...plain, filterShape: wide.shape }
      return [
        run(names.inputGradient, { dy, filter: wide }, byInput),
        taps(run(names.kernelGradient, { x: maps, dy }, byKernel), filter.shape, dilation),
      ]
    },
  })
}

function run(name: string, inputs: Record<string, Tensor>, attributes: object): Tensor {
  return engine().runKernel<Tensor>(name, inputs, attributes as NamedAttrMap)
}

/** The kernel with dilation - 1 zeros between its taps. */
export function spread(kernel: Tensor, dilation: Pair): Tensor4D {
  const [kh = 1, kw = 1, inputs = 1, outputs = 1] = kernel.shape
  const [down, across] = dilation
  const padded = padTensor(reshape(kernel, [kh, 1, kw, 1, inputs, outputs]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, across - 1],
    [0, 0],
    [0, 0],
  ])
  const reach = reachOf([kh, kw], dilation)
  return slice<Rank.R4, Tensor4D>(
    reshape(padded, [kh * down, kw * across, inputs, outputs]),
    [0, 0, 0, 0],
    [...reach, inputs, outputs],
  )
}

/** The taps of a spread kernel. */
function taps(wide: Tensor, shape: readonly number[], [down, across]: Pair): Tensor {
  return reshape(stridedSlice(wide, [0, 0, 0, 0], wide.shape, [down, across, 1, 1]), [...shape])
}
