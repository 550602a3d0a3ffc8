import {
  avgPool,
  div,
  maxPool,
  mean,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import { constant } from './constant.js'
import { nativePadding, padMaps } from './native-padding.js'
import { clampedTaps, poolingWindow, realTaps, type PoolingOptions } from './pooling-window.js'
import { takeAlong } from './take.js'
import { isBare, type Pair } from './windows.js'

export interface MaxPoolingOptions extends PoolingOptions {
  readonly dilation?: number | Pair
}

export interface AveragePoolingOptions extends PoolingOptions {
  /** Whether zeros of the padding count as elements. */
  readonly count_include_pad?: boolean
}

/** PyTorch's max_pool2d on maps [B,H,W,C]: padding never wins, and of equal values the first in the window does. */
export function maxPooling(x: Tensor, options: MaxPoolingOptions): Tensor4D {
  const window = poolingWindow(x, options)
  const { size, stride, dilation, sides } = window
  if (dilation.some((step) => step > 1)) {
    const rows = takeAlong(x, 1, clampedTaps(window, 0).flat())
    const apart = takeAlong(rows, 2, clampedTaps(window, 1).flat())
    return maxPool(apart as Tensor4D, size, size, 'valid')
  }
  const { maps, pad } = nativePadding(x, sides, -Infinity)
  return maxPool(maps, size, stride, pad)
}

/**
 * PyTorch's avg_pool2d on maps [B,H,W,C]: the sum of a window divided by its elements, with or without those of the
 * padding, but never those that hang over it.
 */
export function averagePooling(x: Tensor, options: AveragePoolingOptions): Tensor4D {
  const { count_include_pad = true } = options
  const window = poolingWindow(x, options)
  const average = avgPool(padMaps(x, window.sides), window.size, window.stride, 'valid')
  if (isBare(window.sides)) return average
  const shares = ([0, 1] as const).map((axis) =>
    realTaps(window, axis, count_include_pad).map((count) => count / window.size[axis]),
  )
  const [down = [], across = []] = shares
  if (shares.flat().every((share) => share === 1)) return average
  const filled = down.flatMap((row) => across.map((column) => row * column))
  return div(average, constant(filled, [1, down.length, across.length, 1]))
}

/** The mean of each map: [B,H,W,C] to [B,C]. */
export function globalAveragePooling(x: Tensor): Tensor2D {
  return mean(x, [1, 2])
}
