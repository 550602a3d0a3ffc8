import { luma } from './augment/colour.js'

export type ResizeMethod = 'nearest' | 'bilinear' | 'area' | 'bicubic'

/** What images become as they are read. */
export interface ResizePlan {
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number]
  readonly method: ResizeMethod
  /** stretch: to the size; pad: whole, on black; crop: filled, the rest cut off. */
  readonly fit: 'stretch' | 'pad' | 'crop'
}

/** Turns one image into another of the planned shape. */
export type Resize = (image: Uint8Array, out: Uint8Array) => void

/** For each position of one axis: the first source position and the weights from there on. */
interface Axis {
  readonly first: Int32Array
  readonly weights: readonly Float64Array[]
}

interface Kernel {
  readonly support: number
  weight(distance: number): number
}

/** Triangle, box, and Keys' cubic with a = -1/2: the kernels of Pillow, widened when an image shrinks. */
const kernels: Readonly<Record<Exclude<ResizeMethod, 'nearest'>, Kernel>> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  area: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bicubic: {
    support: 2,
    weight(x) {
      const t = Math.abs(x)
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1
      return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0
    },
  },
}

/** Prepares the weights for one pair of shapes; rows first, then columns, rounded once at the end. */
export function createResize(from: readonly [number, number, number], plan: ResizePlan): Resize {
  const [height, width, channels] = from
  const [tall, wide, wanted] = plan.shape
  const box = target(height, width, plan)
  const rows = createAxis(height, box.height, plan.method)
  const columns = createAxis(width, box.width, plan.method)
  const between = new Float64Array(height * wide * channels)
  return (image, out) => {
    stretchColumns(image, between, columns, { height, width, wide, channels, left: box.left })
    const pixel = new Float64Array(channels)
    for (let y = 0; y < tall; y++) {
      for (let x = 0; x < wide; x++) {
        const inside =
          y >= box.top && y < box.top + box.height && x >= box.left && x < box.left + box.width
        if (inside) sumRows(between, rows, y - box.top, x, wide, pixel)
        else pixel.fill(0)
        writePixel(pixel, out, (y * wide + x) * wanted, wanted)
      }
    }
  }
}

/** Where the whole resized image lies in the planned one; it may stand out on all sides. */
function target(height: number, width: number, { shape, fit }: ResizePlan) {
  const [tall, wide] = shape
  if (fit === 'stretch') return { height: tall, width: wide, top: 0, left: 0 }
  const scales = [tall / height, wide / width] as const
  const scale = fit === 'pad' ? Math.min(...scales) : Math.max(...scales)
  const [h, w] = [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))]
  return { height: h, width: w, top: Math.floor((tall - h) / 2), left: Math.floor((wide - w) / 2) }
}

function createAxis(from: number, to: number, method: ResizeMethod): Axis {
  const scale = from / to
  if (method === 'nearest') {
    const first = Int32Array.from({ length: to }, (_, i) => Math.floor((i + 0.5) * scale))
    return { first, weights: Array.from(first, () => Float64Array.of(1)) }
  }
  const kernel = kernels[method]
  const width = Math.max(1, scale)
  const first = new Int32Array(to)
  const weights = Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale
    const low = Math.max(0, Math.floor(centre - kernel.support * width + 0.5))
    const high = Math.min(from, Math.floor(centre + kernel.support * width + 0.5))
    first[i] = low
    const own = Float64Array.from({ length: Math.max(1, high - low) }, (_, k) =>
      kernel.weight((low + k - centre + 0.5) / width),
    )
    const total = own.reduce((sum, value) => sum + value, 0)
    return own.map((value) => value / total)
  })
  return { first, weights }
}

function stretchColumns(
  image: Uint8Array,
  between: Float64Array,
  { first, weights }: Axis,
  size: { height: number; width: number; wide: number; channels: number; left: number },
): void {
  const { height, width, wide, channels, left } = size
  for (let x = Math.max(0, left); x < Math.min(wide, left + first.length); x++) {
    const own = weights[x - left] as Float64Array
    const start = first[x - left] as number
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0
        let from = (y * width + start) * channels + c
        for (const weight of own) {
          sum += weight * (image[from] as number)
          from += channels
        }
        between[(y * wide + x) * channels + c] = sum
      }
    }
  }
}

function sumRows(
  between: Float64Array,
  { first, weights }: Axis,
  y: number,
  x: number,
  wide: number,
  pixel: Float64Array,
): void {
  const own = weights[y] as Float64Array
  for (let c = 0; c < pixel.length; c++) {
    let sum = 0
    let from = ((first[y] as number) * wide + x) * pixel.length + c
    for (const weight of own) {
      sum += weight * (between[from] as number)
      from += wide * pixel.length
    }
    pixel[c] = sum
  }
}

/** Rounds and clips; grey is repeated, colour becomes grey by its luma. */
function writePixel(pixel: Float64Array, out: Uint8Array, at: number, wanted: number): void {
  if (wanted === pixel.length) {
    for (let c = 0; c < wanted; c++) out[at + c] = byte(pixel[c] as number)
    return
  }
  const [red = 0, green = red, blue = red] = pixel
  const grey = byte(pixel.length === 1 ? red : luma(red, green, blue))
  for (let c = 0; c < wanted; c++) out[at + c] = grey
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, Math.floor(value + 0.5)))
}
