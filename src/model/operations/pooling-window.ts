import type { Tensor } from '@tensorflow/tfjs-core'
import { pairOf, reachOf, sizeOf, type Pair, type Sides } from './windows.js'

/** The windows of a pooling operation, with PyTorch's names. */
export interface PoolingOptions {
  readonly size: number | Pair
  /** The window's size, if not given. */
  readonly stride?: number | Pair
  readonly padding?: number | Pair
  /** Whether windows may hang over the bottom and right edges, as long as they start inside. */
  readonly ceil_mode?: boolean
  readonly dilation?: number | Pair
}

export interface PoolingWindow {
  readonly size: [number, number]
  readonly stride: [number, number]
  readonly dilation: Pair
  readonly padding: Pair
  readonly input: Pair
  readonly output: Pair
  /** The pixels that the windows reach over the input's edges. */
  readonly sides: Sides
}

type Axis = 0 | 1

/** The windows over maps [B,H,W,C]. */
export function poolingWindow(x: Tensor, options: PoolingOptions): PoolingWindow {
  const { padding = 0, ceil_mode = false, dilation = 1, stride = options.size } = options
  const [size, step, gap, edge] = [options.size, stride, dilation, padding].map(pairOf) as [
    Pair,
    Pair,
    Pair,
    Pair,
  ]
  const input = sizeOf(x)
  const reach = reachOf(size, gap)
  const outputs = (axis: Axis): number => {
    const room = input[axis] + 2 * edge[axis] - reach[axis]
    if (!ceil_mode) return Math.floor(room / step[axis]) + 1
    const count = Math.ceil(room / step[axis]) + 1
    const startsOutside = (count - 1) * step[axis] >= input[axis] + edge[axis]
    return startsOutside ? count - 1 : count
  }
  const output: Pair = [outputs(0), outputs(1)]
  const after = (axis: Axis) =>
    Math.max(0, (output[axis] - 1) * step[axis] + reach[axis] - edge[axis] - input[axis])
  return {
    size: [...size],
    stride: [...step],
    dilation: gap,
    padding: edge,
    input,
    output,
    sides: [
      [edge[0], after(0)],
      [edge[1], after(1)],
    ],
  }
}

/** For each output position of an axis, the input positions of the window's taps. */
function tapsOf(
  { size, stride, dilation, padding, output }: PoolingWindow,
  axis: Axis,
): number[][] {
  return count(output[axis]).map((position) =>
    count(size[axis]).map((tap) => position * stride[axis] + tap * dilation[axis] - padding[axis]),
  )
}

/**
 * Taps in the padding replaced by the window's nearest real one: that changes neither its maximum nor which position has
 * it first.
 */
export function clampedTaps(window: PoolingWindow, axis: Axis): number[][] {
  const inside = (position: number) => position >= 0 && position < window.input[axis]
  return tapsOf(window, axis).map((taps) => {
    const real = taps.filter(inside)
    const [first = 0, last = 0] = [real[0], real.at(-1)]
    return taps.map((tap) => (inside(tap) ? tap : tap < 0 ? first : last))
  })
}

/** For each output position of an axis, how many taps count: those inside the input, or inside the padded input. */
export function realTaps(window: PoolingWindow, axis: Axis, padded: boolean): number[] {
  const edge = padded ? window.padding[axis] : 0
  const end = window.input[axis] + edge
  return tapsOf(window, axis).map((taps) => taps.filter((tap) => tap >= -edge && tap < end).length)
}

function count(length: number): number[] {
  return Array.from({ length }, (_, index) => index)
}
