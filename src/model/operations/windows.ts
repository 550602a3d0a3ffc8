import type { Tensor } from '@tensorflow/tfjs-core'

/** Height and width. */
export type Pair = readonly [number, number]

/** Pixels before and after, per axis: [[top, bottom], [left, right]]. */
export type Sides = readonly [Pair, Pair]

/**
 * Pixels on every side, or per axis; each side by itself; or `same`: as many as make the output the input's size divided
 * by the stride, rounded up, the odd one after (PyTorch's `same` at stride 1, TensorFlow's at every stride).
 */
export type Padding = number | Pair | Sides | 'same'

export function pairOf(value: number | Pair): Pair {
  return typeof value === 'number' ? [value, value] : value
}

/** Height and width of feature maps [B,H,W,C]. */
export function sizeOf({ shape }: Tensor): Pair {
  const [, height = 1, width = 1] = shape
  return [height, width]
}

/** How far a dilated window reaches: dilation * (window - 1) + 1 per axis. */
export function reachOf(window: Pair, dilation: Pair): Pair {
  return [dilation[0] * (window[0] - 1) + 1, dilation[1] * (window[1] - 1) + 1]
}

/** Padding made explicit for windows of this reach over an input of this size. */
export function sidesOf(padding: Padding, size: Pair, reach: Pair, stride: Pair): Sides {
  if (padding === 'same') return [same(size, reach, stride, 0), same(size, reach, stride, 1)]
  if (typeof padding === 'number') return sidesOf([padding, padding], size, reach, stride)
  const [height, width] = padding
  return typeof height === 'number' || typeof width === 'number'
    ? [pairOf(height), pairOf(width)]
    : [height, width]
}

/** Whether there is no padding at all. */
export function isBare(sides: Sides): boolean {
  return sides.flat().every((pixels) => pixels === 0)
}

function same(size: Pair, reach: Pair, stride: Pair, axis: 0 | 1): Pair {
  const outputs = Math.ceil(size[axis] / stride[axis])
  const total = Math.max(0, (outputs - 1) * stride[axis] + reach[axis] - size[axis])
  const before = Math.floor(total / 2)
  return [before, total - before]
}
