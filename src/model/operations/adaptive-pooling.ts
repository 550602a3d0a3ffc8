import {
  avgPool,
  matMul,
  maxPool,
  reshape,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import { constant } from './constant.js'
import { takeAlong } from './take.js'
import { pairOf, sizeOf, type Pair } from './windows.js'

/** PyTorch's adaptive_avg_pool2d on maps [B,H,W,C]: bin i covers floor(i*H/out) to ceil((i+1)*H/out) - 1. */
export function adaptiveAveragePooling(x: Tensor, output: number | Pair): Tensor4D {
  const [size, out] = [sizeOf(x), pairOf(output)]
  const tile = tileOf(size, out)
  if (tile) return avgPool(x as Tensor4D, tile, tile, 'valid')
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape
  const rows = reshape(x, [batch, height, width * channels])
  const down = matMul(averages(height, out[0]), rows)
  const columns = reshape(down, [batch * out[0], width, channels])
  const across = matMul(averages(width, out[1]), columns)
  return reshape(across, [batch, ...out, channels])
}

/** PyTorch's adaptive_max_pool2d on maps [B,H,W,C], with the same bins. */
export function adaptiveMaxPooling(x: Tensor, output: number | Pair): Tensor4D {
  const [size, out] = [sizeOf(x), pairOf(output)]
  const tile = tileOf(size, out)
  if (tile) return maxPool(x as Tensor4D, tile, tile, 'valid')
  const [rows, columns] = [evenBins(size[0], out[0]), evenBins(size[1], out[1])]
  const apart = takeAlong(takeAlong(x, 1, rows.positions), 2, columns.positions)
  const window: [number, number] = [rows.width, columns.width]
  return maxPool(apart as Tensor4D, window, window, 'valid')
}

/** The size of bins side by side, where the input's size is a multiple of the output's. */
function tileOf(size: Pair, output: Pair): [number, number] | undefined {
  const tile: [number, number] = [size[0] / output[0], size[1] / output[1]]
  return tile.every(Number.isInteger) ? tile : undefined
}

function binsOf(size: number, output: number): number[][] {
  return Array.from({ length: output }, (_, bin) => {
    const [start, end] = [Math.floor((bin * size) / output), Math.ceil(((bin + 1) * size) / output)]
    return Array.from({ length: end - start }, (_, index) => start + index)
  })
}

/** Bins as wide as the widest, by repeating the last position, which then never is the first maximum. */
function evenBins(size: number, output: number): { positions: number[]; width: number } {
  const bins = binsOf(size, output)
  const width = Math.max(...bins.map((bin) => bin.length))
  const positions = bins.flatMap((bin) =>
    Array.from({ length: width }, (_, index) => bin[index] ?? bin.at(-1) ?? 0),
  )
  return { positions, width }
}

/** A matrix [1,out,size] that averages each bin. */
function averages(size: number, output: number): Tensor {
  const rows = binsOf(size, output).flatMap((bin) =>
    Array.from({ length: size }, (_, position) => (bin.includes(position) ? 1 / bin.length : 0)),
  )
  return constant(rows, [1, output, size])
}
