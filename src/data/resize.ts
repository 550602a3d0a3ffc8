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

/** For each position of one axis: the first source position, and where its weights lie among all. */
interface Axis {
  readonly first: Int32Array
  /** One longer than the axis: the weights of position i end where those of i + 1 begin. */
  readonly begins: Int32Array
  readonly weights: Float64Array
}

interface Kernel {
  readonly support: number
  weight(distance: number): number
}

/** Triangle and Keys' cubic with a = -1/2: the kernels of Pillow, widened when an image shrinks. */
const kernels: Readonly<Record<Exclude<ResizeMethod, 'nearest' | 'area'>, Kernel>> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    weight(x) {
      const t = Math.abs(x)
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1
      return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0
    },
  },
}

/** Prepares the weights for one pair of shapes; columns first, then rows, rounded once at the end. */
export function createResize(from: readonly [number, number, number], plan: ResizePlan): Resize {
  const [height, width, channels] = from
  const [tall, wide, wanted] = plan.shape
  const box = target(height, width, plan)
  const rows = createAxis(height, box.height, plan.method)
  const columns = createAxis(width, box.width, plan.method)
  const left = Math.max(0, box.left)
  const right = Math.min(wide, box.left + box.width)
  const rowLength = (right - left) * channels
  const between = new Float64Array(height * rowLength)
  const row = new Float64Array(rowLength)
  return (image, out) => {
    if (right - left < wide || box.height < tall) out.fill(0)
    shrinkRows(image, between, columns, {
      height,
      width,
      channels,
      rowLength,
      skip: left - box.left,
    })
    const top = Math.max(0, box.top)
    const bottom = Math.min(tall, box.top + box.height)
    for (let y = top; y < bottom; y++) {
      sumRows(between, rows, y - box.top, row)
      writeRow(row, channels, out, (y * wide + left) * wanted, wanted)
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
  const first = new Int32Array(to)
  const begins = new Int32Array(to + 1)
  const weights: number[] = []
  for (let i = 0; i < to; i++) {
    const own = weighted(i, scale, from, method)
    first[i] = own.first
    weights.push(...own.weights)
    begins[i + 1] = weights.length
  }
  return { first, begins, weights: Float64Array.from(weights) }
}

interface Weighted {
  readonly first: number
  readonly weights: readonly number[]
}

function weighted(i: number, scale: number, from: number, method: ResizeMethod): Weighted {
  const centre = (i + 0.5) * scale
  if (method === 'nearest') return { first: Math.floor(centre), weights: [1] }
  if (method === 'area') return covered(i * scale, (i + 1) * scale, from)
  return weigh(centre, scale, from, kernels[method])
}

/** The pixels from one place of the axis to another, each by the share of it that lies between: OpenCV's INTER_AREA. */
function covered(begin: number, end: number, from: number): Weighted {
  const first = Math.floor(begin)
  const last = Math.min(from, Math.ceil(end))
  const weights = Array.from({ length: last - first }, (_, k) => {
    const pixel = first + k
    return (Math.min(end, pixel + 1) - Math.max(begin, pixel)) / (end - begin)
  })
  return { first, weights }
}

function weigh(centre: number, scale: number, from: number, kernel: Kernel): Weighted {
  const width = Math.max(1, scale)
  const first = Math.max(0, Math.floor(centre - kernel.support * width + 0.5))
  const end = Math.min(from, Math.floor(centre + kernel.support * width + 0.5))
  const weights = Array.from({ length: end - first }, (_, k) =>
    kernel.weight((first + k - centre + 0.5) / width),
  )
  const total = weights.reduce((sum, value) => sum + value, 0)
  return { first, weights: weights.map((value) => value / total) }
}

function shrinkRows(
  image: Uint8Array,
  between: Float64Array,
  { first, begins, weights }: Axis,
  size: { height: number; width: number; channels: number; rowLength: number; skip: number },
): void {
  const { height, width, channels, rowLength, skip } = size
  const count = rowLength / channels
  for (let y = 0; y < height; y++) {
    let to = y * rowLength
    for (let x = skip; x < skip + count; x++) {
      const begin = begins[x] as number
      const end = begins[x + 1] as number
      const start = (y * width + (first[x] as number)) * channels
      for (let c = 0; c < channels; c++) {
        let sum = 0
        let from = start + c
        for (let k = begin; k < end; k++) {
          sum += (weights[k] as number) * (image[from] as number)
          from += channels
        }
        between[to++] = sum
      }
    }
  }
}

function sumRows(
  between: Float64Array,
  { first, begins, weights }: Axis,
  y: number,
  row: Float64Array,
): void {
  row.fill(0)
  let from = (first[y] as number) * row.length
  for (let k = begins[y] as number; k < (begins[y + 1] as number); k++) {
    const weight = weights[k] as number
    for (let i = 0; i < row.length; i++) {
      row[i] = (row[i] as number) + weight * (between[from++] as number)
    }
  }
}

/** Rounds and clips; grey is repeated, colour becomes grey by its luma. */
function writeRow(
  row: Float64Array,
  channels: number,
  out: Uint8Array,
  start: number,
  wanted: number,
): void {
  let at = start
  if (wanted === channels) {
    for (const value of row) out[at++] = byte(value)
    return
  }
  for (let i = 0; i < row.length; i += channels) {
    const grey = byte(channels === 1 ? (row[i] as number) : luma(row, i))
    for (let c = 0; c < wanted; c++) out[at++] = grey
  }
}

/** Luma of ITU-R BT.601 with Pillow's weights, which sum to one. */
function luma(row: Float64Array, at: number): number {
  const [red, green, blue] = [row[at], row[at + 1], row[at + 2]] as [number, number, number]
  return (red * 19595 + green * 38470 + blue * 7471) / 65536
}

function byte(value: number): number {
  const rounded = Math.floor(value + 0.5)
  return rounded < 0 ? 0 : rounded > 255 ? 255 : rounded
}
