import { createHash } from 'node:crypto'
import { AppError } from '../core/errors.js'
import { openArrayFile, type ArrayFile } from './array-file.js'
import type { DataContext, DataFile } from './data-set.js'
import type { Images } from './images.js'
import { sharedBytes } from './memory-part.js'
import { numberTypes, type NumberType } from './number-type.js'
import { cachedPixels, memoryLimit, stopIfInterrupted } from './pixel-cache.js'

export type Layout = 'nhwc' | 'nchw'

/** Which array of which file holds images, and in what order its axes are. */
export interface ArrayPlace {
  readonly file: DataFile
  readonly array: string | null
  readonly layout: Layout
}

interface Geometry {
  readonly count: number
  readonly shape: readonly [number, number, number]
  readonly layout: Layout
}

/** Values that are turned into pixels at once, as far as whole images allow. */
const blockValues = 1 << 20

/**
 * Images [count, height, width(, channels)] as uint8 HWC. Whole numbers must be 0 to 255, floating-point ones 0 to 1 (times
 * 255, rounded), truths are 0 or 255; anything else is `data_corrupt` and told with its place. They are turned piece by
 * piece; what is too large for memory stays where it lies, or else in the cache.
 */
export async function arrayPixels(
  place: ArrayPlace,
  context: DataContext,
): Promise<{ images: Images; sha256: string }> {
  const { path } = place.file
  const array = await openArrayFile(path, place.array)
  try {
    const geometry = geometryOf(array.shape, place.layout, path)
    const { count, shape, layout } = geometry
    const bytes = count * shape[0] * shape[1] * shape[2]
    const blocks = () => pixelBlocks(array, geometry, path, context)
    if (bytes <= (context.memoryLimit ?? memoryLimit)) {
      return await inMemory(blocks(), bytes, geometry)
    }
    const asStored = array.start !== null && array.type === numberTypes.U8
    if (asStored && (layout === 'nhwc' || shape[2] === 1)) {
      const hash = createHash('sha256')
      for await (const block of blocks()) hash.update(block)
      const store = { kind: 'file', path, start: array.start } as const
      return { images: { store, count, stored: shape, resize: null }, sha256: hash.digest('hex') }
    }
    const identity = { file: place.file.sha256, array: place.array, layout }
    return await cachedPixels(
      identity,
      async (write) => {
        for await (const block of blocks()) await write(block)
        return { shape, notes: null }
      },
      context,
    )
  } finally {
    await array.close()
  }
}

async function inMemory(
  blocks: AsyncIterable<Uint8Array>,
  bytes: number,
  { count, shape }: Geometry,
): Promise<{ images: Images; sha256: string }> {
  const pixels = sharedBytes(bytes)
  const hash = createHash('sha256')
  let done = 0
  for await (const block of blocks) {
    hash.update(block)
    pixels.set(block, done)
    done += block.length
  }
  const store = { kind: 'memory', pixels } as const
  return { images: { store, count, stored: shape, resize: null }, sha256: hash.digest('hex') }
}

/** The pixels of some whole images at a time. */
async function* pixelBlocks(
  { type, values }: ArrayFile,
  { count, shape, layout }: Geometry,
  path: string,
  context: DataContext,
): AsyncGenerator<Uint8Array, void> {
  const perImage = shape[0] * shape[1] * shape[2]
  const perBlock = Math.max(1, Math.floor(blockValues / perImage))
  for (let first = 0; first < count; first += perBlock) {
    stopIfInterrupted(context)
    const images = Math.min(perBlock, count - first)
    const bytes = await values.take(images * perImage * type.bytes)
    if (bytes.length < images * perImage * type.bytes) {
      throw new AppError('data_corrupt', `${path} is cut off: it does not hold ${count} images`, {
        hint: 'Save it again.',
      })
    }
    const told = (value: number, index: number) =>
      outOfRange(path, first + Math.floor(index / perImage), value, type.range)
    const pixels = toBytes(type, bytes, told)
    yield layout === 'nchw' && shape[2] > 1 ? interleaved(pixels, images, shape) : pixels
  }
  if ((await values.take(1)).length > 0) {
    throw new AppError('data_corrupt', `${path} goes on after its ${count} images`, {
      hint: 'Save it again.',
    })
  }
}

const scales = { byte: 1, unit: 255, truth: 255 } as const

function toBytes(
  type: NumberType,
  bytes: Uint8Array<ArrayBuffer>,
  told: (value: number, index: number) => AppError,
): Uint8Array {
  if (type === numberTypes.U8) return bytes
  const scale = scales[type.range]
  const most = 255 / scale
  const values = type.read(bytes)
  const out = new Uint8Array(values.length)
  for (let i = 0; i < out.length; i++) {
    const value = Number(values[i])
    if (!(value >= 0 && value <= most)) throw told(value, i)
    out[i] = Math.round(value * scale)
  }
  return out
}

function interleaved(
  planes: Uint8Array,
  images: number,
  [height, width, channels]: readonly [number, number, number],
): Uint8Array {
  const out = new Uint8Array(planes.length)
  const plane = height * width
  let from = 0
  for (let image = 0; image < images; image++) {
    for (let c = 0; c < channels; c++) {
      let to = image * plane * channels + c
      for (let i = 0; i < plane; i++, to += channels) out[to] = planes[from++] as number
    }
  }
  return out
}

function geometryOf(shape: readonly number[], layout: Layout, path: string): Geometry {
  const [count = 0, ...rest] = shape
  if (rest.length < 2 || rest.length > 3 || shape.includes(0)) {
    throw new AppError(
      'data_mismatch',
      `${path} holds an array of ${shape.join('x')}, which are no images`,
      {
        hint: 'Save [count, height, width], [count, height, width, channels], or set data.layout=nchw.',
      },
    )
  }
  const [a = 0, b = 0, c = 1] = rest
  const sizes = rest.length === 2 || layout === 'nhwc' ? ([a, b, c] as const) : ([b, c, a] as const)
  if (sizes[2] === 1 || sizes[2] === 3) return { count, shape: sizes, layout }
  throw new AppError('data_mismatch', `${path} holds images of ${sizes[2]} channels, not 1 or 3`, {
    hint:
      layout === 'nhwc'
        ? 'With channels first, set data.layout=nchw.'
        : 'With channels last, set data.layout=nhwc.',
  })
}

function outOfRange(
  path: string,
  image: number,
  value: number,
  range: NumberType['range'],
): AppError {
  return new AppError('data_corrupt', `${path}: image ${image} has the value ${value}`, {
    hint:
      range === 'unit'
        ? 'Floating-point images hold numbers from 0 to 1; divide others by 255, or save them as uint8.'
        : 'Images hold whole numbers from 0 to 255.',
  })
}
