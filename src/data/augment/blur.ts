import type { Random } from '../../core/random.js'
import type { BlurConfig } from '../../spec/types.gen.js'
import { between, type ImageShape, type Picture, type Transform } from './transform.js'

/**
 * Blurs with a random kernel: a generalized Gaussian of odd size, two spreads, a rotation and a shape exponent, each cell
 * multiplied by noise, then normalized (albumentations 1.3.1, AdvancedBlur). Borders are mirrored without their edge.
 */
export const blur: Transform<BlurConfig> = (picture, config, random) => {
  const [low, high] = config.size
  const size = low + 2 * random.integer((high - low) / 2 + 1)
  convolve(picture, drawKernel(size, config, random), size)
}

/** exp(-1/2 (x^T S^-1 x)^beta), with S = R diag(sx^2, sy^2) R^T. */
function drawKernel(size: number, config: BlurConfig, random: Random): Float64Array {
  const varianceX = between(random, config.sigma) ** 2
  const varianceY = between(random, config.sigma) ** 2
  const angle = (between(random, [-config.rotation, config.rotation]) * Math.PI) / 180
  const [flat, peaked] = config.beta
  const beta = random.uniform() < 0.5 ? between(random, [flat, 1]) : between(random, [1, peaked])
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const kernel = new Float64Array(size * size)
  const middle = (size - 1) / 2
  let total = 0
  for (let i = 0; i < kernel.length; i++) {
    const [x, y] = [(i % size) - middle, Math.floor(i / size) - middle]
    const along = cos * x + sin * y
    const across = cos * y - sin * x
    const distance = (along * along) / varianceX + (across * across) / varianceY
    const cell = Math.exp(-0.5 * distance ** beta) * between(random, config.noise)
    kernel[i] = cell
    total += cell
  }
  for (let i = 0; i < kernel.length; i++) kernel[i] = (kernel[i] as number) / total
  return kernel
}

/** Taps that one pass over a row adds up; a kernel's rows are filled with zeros to a multiple of it. */
const taps = 7

let padded = new Float64Array(0)
let sums = new Float64Array(0)

/** Correlates each channel with the kernel, rounded to the nearest value. */
function convolve({ pixels, shape }: Picture, kernel: Float64Array, size: number): void {
  const [height, width, channels] = shape
  const rowLength = width + size - 1 + taps
  const needed = rowLength * (height + size - 1)
  if (padded.length < needed) padded = new Float64Array(needed)
  if (sums.length < width) sums = new Float64Array(width)
  const blocks = Math.ceil(size / taps)
  const cells = inBlocks(kernel, size, blocks)
  for (let channel = 0; channel < channels; channel++) {
    pad(pixels, channel, shape, (size - 1) / 2, rowLength)
    for (let y = 0; y < height; y++) {
      sums.fill(0.5, 0, width)
      for (let row = 0; row < size; row++) {
        for (let block = 0; block < blocks; block++) {
          const start = (y + row) * rowLength + block * taps
          addTaps(cells, (row * blocks + block) * taps, padded, start, sums, width)
        }
      }
      for (let x = 0; x < width; x++) {
        pixels[(y * width + x) * channels + channel] = sums[x] as number
      }
    }
  }
}

/** Each row of the kernel with zeros behind it, up to a whole number of passes. */
function inBlocks(kernel: Float64Array, size: number, blocks: number): Float64Array {
  const cells = new Float64Array(size * blocks * taps)
  for (let row = 0; row < size; row++) {
    cells.set(kernel.subarray(row * size, (row + 1) * size), row * blocks * taps)
  }
  return cells
}

/** One channel with its mirrored border. */
function pad(
  pixels: Uint8Array,
  channel: number,
  [height, width, channels]: ImageShape,
  reach: number,
  rowLength: number,
): void {
  for (let y = -reach; y < height + reach; y++) {
    const source = mirrored(y, height) * width * channels + channel
    const target = (y + reach) * rowLength + reach
    for (let x = 0; x < width; x++) padded[target + x] = pixels[source + x * channels] as number
    for (let x = 1; x <= reach; x++) {
      padded[target - x] = pixels[source + mirrored(-x, width) * channels] as number
      const right = mirrored(width - 1 + x, width)
      padded[target + width - 1 + x] = pixels[source + right * channels] as number
    }
  }
}

/** Adds seven taps for a row of positions; the values slide through variables, so that each is loaded once. */
function addTaps(
  cells: Float64Array,
  first: number,
  values: Float64Array,
  start: number,
  out: Float64Array,
  count: number,
): void {
  const a = cells[first] as number
  const b = cells[first + 1] as number
  const c = cells[first + 2] as number
  const d = cells[first + 3] as number
  const e = cells[first + 4] as number
  const f = cells[first + 5] as number
  const g = cells[first + 6] as number
  let v0 = values[start] as number
  let v1 = values[start + 1] as number
  let v2 = values[start + 2] as number
  let v3 = values[start + 3] as number
  let v4 = values[start + 4] as number
  let v5 = values[start + 5] as number
  for (let i = 0; i < count; i++) {
    const v6 = values[start + i + 6] as number
    out[i] = (out[i] as number) + a * v0 + b * v1 + c * v2 + d * v3 + e * v4 + f * v5 + g * v6
    v0 = v1
    v1 = v2
    v2 = v3
    v3 = v4
    v4 = v5
    v5 = v6
  }
}

/** Reflect-101: ... 2 1 | 0 1 2 ... n-1 | n-2 n-3 ...; an axis of one repeats its only value. */
function mirrored(position: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const offset = ((position % period) + period) % period
  return offset < length ? offset : period - offset
}
