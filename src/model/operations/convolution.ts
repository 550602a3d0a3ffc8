import {
  add,
  concat,
  conv2d,
  depthwiseConv2d,
  fused,
  reshape,
  split,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import { dilatedConvolution } from './dilated-convolution.js'
import { nativePadding } from './native-padding.js'
import { pairOf, reachOf, sidesOf, sizeOf, type Padding, type Pair } from './windows.js'

export interface ConvolutionOptions {
  readonly stride?: number | Pair
  readonly padding?: Padding
  readonly dilation?: number | Pair
  readonly groups?: number
  /** [O] */
  readonly bias?: Tensor | undefined
}

/**
 * PyTorch's conv2d on maps [B,H,W,C] with a kernel [kh,kw,C/groups,O]; where every channel is a group of its own, also
 * [kh,kw,C,m] with output channel c*m + j for (c, j).
 */
export function convolution(
  x: Tensor,
  kernel: Tensor,
  { stride = 1, padding = 0, dilation = 1, groups = 1, bias }: ConvolutionOptions = {},
): Tensor4D {
  const spacing = { stride: pairOf(stride), dilation: pairOf(dilation) }
  const [kh = 1, kw = 1] = kernel.shape
  const reach = reachOf([kh, kw], spacing.dilation)
  const sides = sidesOf(padding, sizeOf(x), reach, spacing.stride)
  const { maps, pad } = nativePadding(x, sides)
  const settings = { ...spacing, pad }
  if (groups === 1) return dense(maps, kernel as Tensor4D, settings, bias)
  const result =
    groups === maps.shape[3]
      ? depthwise(maps, perChannel(kernel, groups), settings)
      : grouped(maps, kernel as Tensor4D, groups, settings)
  return bias ? add(result, bias) : result
}

interface Settings {
  readonly stride: Pair
  readonly dilation: Pair
  readonly pad: ReturnType<typeof nativePadding>['pad']
}

function dense(x: Tensor4D, kernel: Tensor4D, settings: Settings, bias?: Tensor): Tensor4D {
  const { stride, dilation, pad } = settings
  const strides = [...stride] as [number, number]
  if (isDilated(dilation)) {
    const result = dilatedConvolution('dense', x, kernel, settings)
    return bias ? add(result, bias) : result
  }
  return bias
    ? fused.conv2d({ x, filter: kernel, strides, pad, bias })
    : conv2d(x, kernel, strides, pad)
}

function depthwise(x: Tensor4D, kernel: Tensor4D, settings: Settings): Tensor4D {
  const { stride, dilation, pad } = settings
  if (isDilated(dilation)) return dilatedConvolution('depthwise', x, kernel, settings)
  return depthwiseConv2d(x, kernel, [...stride] as [number, number], pad)
}

/** Each group of output channels sees its own group of input channels. */
function grouped(x: Tensor4D, kernel: Tensor4D, groups: number, settings: Settings): Tensor4D {
  const kernels = split<Tensor4D>(kernel, groups, 3)
  const parts = split<Tensor4D>(x, groups, 3).map((part, group) =>
    dense(part, kernels[group] ?? kernel, settings),
  )
  return concat(parts, 3)
}

/** [kh,kw,1,C*m] as [kh,kw,C,m]: the same numbers in the same places. */
function perChannel(kernel: Tensor, channels: number): Tensor4D {
  const [kh = 1, kw = 1, inputs = 1, outputs = 1] = kernel.shape
  if (inputs === channels) return kernel as Tensor4D
  return reshape(kernel, [kh, kw, channels, (inputs * outputs) / channels])
}

function isDilated(dilation: Pair): boolean {
  return dilation.some((step) => step > 1)
}
