import {
  add,
  concat,
  conv2dTranspose,
  pad,
  slice,
  split,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import { spread } from './dilated-convolution.js'
import { pairOf, reachOf, sizeOf, type Pair } from './windows.js'

export interface TransposedConvolutionOptions {
  readonly stride?: number | Pair
  readonly padding?: number | Pair
  /** Pixels added at the bottom and right, less than the stride or the dilation. */
  readonly output_padding?: number | Pair
  readonly dilation?: number | Pair
  readonly groups?: number
  /** [O] */
  readonly bias?: Tensor | undefined
}

/**
 * PyTorch's conv_transpose2d on maps [B,H,W,C] with a kernel [kh,kw,O/groups,C]: every pixel spreads the kernel over
 * (H-1)*stride - 2*padding + dilation*(kh-1) + output_padding + 1 rows, and columns alike.
 */
export function transposedConvolution(
  x: Tensor,
  kernel: Tensor,
  options: TransposedConvolutionOptions = {},
): Tensor4D {
  const { stride = 1, padding = 0, output_padding = 0, dilation = 1, groups = 1, bias } = options
  const [step, edge, extra] = [pairOf(stride), pairOf(padding), pairOf(output_padding)]
  const gaps = pairOf(dilation)
  const wide = gaps.some((gap) => gap > 1) ? spread(kernel, gaps) : (kernel as Tensor4D)
  const compute = (part: Tensor4D, own: Tensor4D) => trimmed(full(part, own, step), edge, extra)
  const result = groups === 1 ? compute(x as Tensor4D, wide) : inGroups(x, wide, groups, compute)
  return bias ? add(result, bias) : result
}

/** Each group of input channels makes its own group of output channels. */
function inGroups(
  x: Tensor,
  kernel: Tensor4D,
  groups: number,
  compute: (part: Tensor4D, own: Tensor4D) => Tensor4D,
): Tensor4D {
  const kernels = split<Tensor4D>(kernel, groups, 3)
  const parts = split<Tensor4D>(x, groups, 3)
  return concat(
    parts.map((part, group) => compute(part, kernels[group] ?? kernel)),
    3,
  )
}

/** All that the pixels spread, without padding. */
function full(x: Tensor4D, kernel: Tensor4D, stride: Pair): Tensor4D {
  const [kh, kw, outputs] = kernel.shape
  const [batch] = x.shape
  const reach = reachOf([kh, kw], [1, 1])
  const [height, width] = sizeOf(x)
  const shape: [number, number, number, number] = [
    batch,
    (height - 1) * stride[0] + reach[0],
    (width - 1) * stride[1] + reach[1],
    outputs,
  ]
  return conv2dTranspose(x, kernel, shape, [...stride] as [number, number], 'valid')
}

/** Padding cuts the edges off; what `extra` asks for beyond them is zero. */
function trimmed(x: Tensor4D, edge: Pair, extra: Pair): Tensor4D {
  const [batch, height, width, channels] = x.shape
  const size = [height - 2 * edge[0] + extra[0], width - 2 * edge[1] + extra[1]] as const
  const missing = [Math.max(0, extra[0] - edge[0]), Math.max(0, extra[1] - edge[1])] as const
  const room = missing.some((pixels) => pixels > 0)
    ? pad(x, [
        [0, 0],
        [0, missing[0]],
        [0, missing[1]],
        [0, 0],
      ])
    : x
  const isWhole = [...edge, ...extra].every((pixels) => pixels === 0)
  return isWhole ? x : slice(room, [0, ...edge, 0], [batch, ...size, channels])
}
