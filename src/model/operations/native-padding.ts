import {
  getBackend,
  pad,
  type backend_util,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import { isBare, type Sides } from './windows.js'

export interface Padded {
  readonly maps: Tensor4D
  readonly pad: 'valid' | backend_util.ExplicitPadding
}

/**
 * Leaves the padding of maps [B,H,W,C] to the kernel that reads them, where the engine's kernels can do it. TensorFlow's
 * have no gradients with explicit padding: there the maps are padded first, with `fill`.
 */
export function nativePadding(x: Tensor, sides: Sides, fill = 0): Padded {
  const maps = x as Tensor4D
  if (isBare(sides)) return { maps, pad: 'valid' }
  if (getBackend() === 'tensorflow') return { maps: padMaps(x, sides, fill), pad: 'valid' }
  return { maps, pad: explicit(sides) }
}

/** Maps with that many more pixels on each side, all equal to `fill`. */
export function padMaps(x: Tensor, sides: Sides, fill = 0): Tensor4D {
  return isBare(sides) ? (x as Tensor4D) : pad(x as Tensor4D, explicit(sides), fill)
}

function explicit([[top, bottom], [left, right]]: Sides): [
  [number, number],
  [number, number],
  [number, number],
  [number, number],
] {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
}
