import { quantile } from './pixel-figures.js'
import { createResize, type Resize } from './resize.js'

/** A small picture, uint8 HWC. */
export interface Picture {
  readonly shape: readonly [number, number, number]
  readonly pixels: Uint8Array
}

/** Mean and median of images, pixel by pixel; the median is null where it would have taken too much memory. */
export interface AverageImages {
  readonly mean: Picture
  readonly median: Picture | null
}

const largestSide = 96

/** Room for the sums that means are taken from: more than some hundred classes are averaged in smaller images. */
const mostSums = 1 << 23

/** Room for the counters that medians are taken from. */
const mostCounters = 1 << 25

/** Averages the images of several classes, shrunk to at most 96 pixels a side; memory depends on classes and shape alone. */
export class ImageAverages {
  readonly #shape: readonly [number, number, number]
  readonly #size: number
  readonly #shrink: Resize | null
  readonly #small: Uint8Array
  readonly #sums: Float64Array
  readonly #counters: Uint32Array | null
  readonly #images: Float64Array

  constructor(classes: number, shape: readonly [number, number, number]) {
    const room = Math.floor(Math.sqrt(mostSums / (classes * shape[2])))
    const shrunk = fitted(shape, Math.min(largestSide, room))
    this.#shape = shrunk
    this.#size = shrunk[0] * shrunk[1] * shrunk[2]
    this.#shrink = shrinkTo(shape, shrunk)
    this.#small = new Uint8Array(this.#size)
    this.#sums = new Float64Array(classes * this.#size)
    const counters = classes * this.#size * 256
    this.#counters = counters > mostCounters ? null : new Uint32Array(counters)
    this.#images = new Float64Array(classes)
  }

  add(image: Uint8Array, own: number): void {
    let small = image
    if (this.#shrink !== null) {
      small = this.#small
      this.#shrink(image, small)
    }
    const [size, sums, counters] = [this.#size, this.#sums, this.#counters]
    const start = own * size
    this.#images[own] = (this.#images[own] as number) + 1
    for (let i = 0; i < size; i++) {
      const value = small[i] as number
      sums[start + i] = (sums[start + i] as number) + value
      if (counters === null) continue
      const at = (start + i) * 256 + value
      counters[at] = (counters[at] as number) + 1
    }
  }

  /** The averages over the images of these classes together; null when there are none. */
  of(classes: readonly number[]): AverageImages | null {
    const total = classes.reduce((sum, own) => sum + (this.#images[own] as number), 0)
    if (total === 0) return null
    const [size, sums, counters] = [this.#size, this.#sums, this.#counters]
    const mean = new Uint8Array(size)
    const median = counters === null ? null : new Uint8Array(size)
    const own = new Float64Array(256)
    for (let i = 0; i < size; i++) {
      const sum = classes.reduce((part, one) => part + (sums[one * size + i] as number), 0)
      mean[i] = Math.round(sum / total)
      if (median === null || counters === null) continue
      own.fill(0)
      for (const one of classes) {
        const start = (one * size + i) * 256
        for (let v = 0; v < 256; v++) own[v] = (own[v] as number) + (counters[start + v] as number)
      }
      median[i] = Math.round(quantile(own, total, 0.5))
    }
    const shape = this.#shape
    return { mean: { shape, pixels: mean }, median: median && { shape, pixels: median } }
  }
}

/** An image, shrunk where a side is longer than `most`, its proportions kept. */
export function thumbnail({ shape, pixels }: Picture, most: number): Picture {
  const small = fitted(shape, most)
  const shrink = shrinkTo(shape, small)
  if (shrink === null) return { shape, pixels: pixels.slice() }
  const out = new Uint8Array(small[0] * small[1] * small[2])
  shrink(pixels, out)
  return { shape: small, pixels: out }
}

function fitted(
  [height, width, channels]: Picture['shape'],
  most: number,
): [number, number, number] {
  const factor = Math.min(1, most / Math.max(height, width))
  const scaled = (length: number) => Math.max(1, Math.round(length * factor))
  return [scaled(height), scaled(width), channels]
}

function shrinkTo(shape: Picture['shape'], small: Picture['shape']): Resize | null {
  if (shape.join() === small.join()) return null
  return createResize(shape, { shape: small, method: 'area', fit: 'stretch' })
}
