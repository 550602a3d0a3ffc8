import type { Part } from './data-set.js'
import { shapeOf } from './images.js'

/** Mean and population standard deviation of each channel, of values from 0 to 255. */
export interface PixelStatistics {
  readonly mean: number[]
  readonly std: number[]
}

const mostAtOnce = 256
const bytesAtOnce = 1 << 23

/** Statistics over the images of these indices, summed in whole numbers, so that no order of images changes them. */
export function pixelStatistics(part: Part, indices: Int32Array): PixelStatistics {
  const [height, width, channels] = shapeOf(part.images)
  const valuesPerImage = height * width * channels
  const imagesAtOnce = Math.max(1, Math.min(mostAtOnce, Math.floor(bytesAtOnce / valuesPerImage)))
  const pixels = new Uint8Array(imagesAtOnce * valuesPerImage)
  const counts = Array.from({ length: channels }, () => new Float64Array(256))
  for (let start = 0; start < indices.length; start += imagesAtOnce) {
    const some = indices.subarray(start, start + imagesAtOnce)
    part.read(some, pixels)
    const length = some.length * valuesPerImage
    for (const [channel, own] of counts.entries()) {
      for (let i = channel; i < length; i += channels) {
        const value = pixels[i] as number
        own[value] = (own[value] as number) + 1
      }
    }
  }
  const statistics = counts.map(momentsOf)
  return { mean: statistics.map(({ mean }) => mean), std: statistics.map(({ std }) => std) }
}

/** Moments of whole numbers from how often each occurs; the deviations are taken from the mean, so nothing cancels. */
export function momentsOf(counts: Float64Array): { mean: number; std: number } {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const mean = counts.reduce((sum, count, value) => sum + count * value, 0) / total
  const squares = counts.reduce((sum, count, value) => sum + count * (value - mean) ** 2, 0)
  return { mean, std: Math.sqrt(squares / total) }
}
