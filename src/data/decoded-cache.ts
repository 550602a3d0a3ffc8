import { AppError, systemCode } from '../core/errors.js'
import type { DataContext } from './data-set.js'
import { openDecoder, type Decoder, type DecodePlan } from './decode.js'
import type { Images } from './images.js'
import { cachedPixels, stopIfInterrupted } from './pixel-cache.js'
import { reasonOf } from './reason.js'
import { turns } from './turns.js'

/** An encoded image: what tells it from others without reading it, and how to read it. */
export interface EncodedImage {
  /** Below the directory or inside the archive, with `/` between folders. */
  readonly path: string
  /** What people find it by. */
  readonly name: string
  /** Changes when the image does: its size and times of change, or the checksum an archive keeps of it. */
  readonly stamp: string
  readonly read: () => Promise<Uint8Array>
}

/** Images of one shape, and which of the encoded ones they are. */
export interface DecodedImages {
  readonly images: Images
  /** For each encoded image its place among the decoded ones, or -1 where it could not be decoded. */
  readonly places: Int32Array
  readonly skipped: readonly SkippedImage[]
  /** SHA-256 of all decoded pixels. */
  readonly sha256: string
}

export interface SkippedImage {
  readonly name: string
  readonly reason: string
}

type Notes = Pick<DecodedImages, 'skipped'>

/**
 * The decoded form of images, made once and kept in the cache directory. Images of several sizes without a plan to
 * resize them are `data_mismatch`; one that cannot be decoded is `data_corrupt`, or is left out where `policy` says so.
 */
export async function decodeAll(
  encoded: readonly EncodedImage[],
  plan: DecodePlan,
  policy: 'fail' | 'skip',
  context: DataContext,
): Promise<DecodedImages> {
  const identity = encoded.map(({ name, stamp }) => [name, stamp])
  const decoder = await openDecoder(plan)
  const { images, sha256, notes } = await cachedPixels<Notes>(
    { decoder: decoder.version, identity, plan },
    async (write) => {
      context.progress.start('decoding images', encoded.length)
      try {
        return await decodeEach(encoded, decoder, write, context)
      } finally {
        context.progress.stop()
      }
    },
    context,
  )
  if (notes.skipped.length > 0 && policy === 'fail') throw undecodable(notes.skipped)
  return { images, places: placesOf(encoded, notes.skipped), sha256, ...notes }
}

type Outcome = { readonly name: string } & (
  { pixels: Uint8Array; shape: readonly [number, number, number] } | { reason: string }
)

/** Decodes several images at a time and writes them in order. */
async function decodeEach(
  encoded: readonly EncodedImage[],
  decoder: Decoder,
  write: (pixels: Uint8Array) => Promise<void>,
  context: DataContext,
) {
  const skipped: SkippedImage[] = []
  let first: { shape: readonly [number, number, number]; name: string } | undefined
  const turn = turns(decodesAtOnce)
  const work = (image: EncodedImage) =>
    decodeOne(image, (bytes) => turn(() => decoder.decode(bytes)))
  for await (const outcome of inOrder(encoded, work)) {
    stopIfInterrupted(context)
    context.progress.update(outcome.index + 1, '')
    if ('reason' in outcome) {
      skipped.push({ name: outcome.name, reason: outcome.reason })
      continue
    }
    first ??= outcome
    if (outcome.shape.join() !== first.shape.join()) throw mixedSizes(first, outcome)
    await write(outcome.pixels)
  }
  if (first === undefined) throw undecodable(skipped)
  return { shape: first.shape, notes: { skipped } }
}

/** Images that are read, decoded or waiting to be written: enough that no core ever waits for a disk. */
const ahead = 16

/** Of these, how many are decoded at a time. */
const decodesAtOnce = 8

/** Works on some items at a time and gives the results in order; it ends only when no work is left running. */
async function* inOrder<Item, Result extends object>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result & { index: number }, void> {
  const pending: Promise<Result>[] = []
  try {
    for (const index of items.keys()) {
      while (pending.length < ahead && index + pending.length < items.length) {
        pending.push(work(items[index + pending.length] as Item))
      }
      yield { ...(await (pending[0] as Promise<Result>)), index }
      void pending.shift()
    }
  } finally {
    await Promise.allSettled(pending)
  }
}

async function decodeOne(
  { name, read }: EncodedImage,
  decode: Decoder['decode'],
): Promise<Outcome> {
  let bytes: Uint8Array
  try {
    bytes = await read()
  } catch (error) {
    if (error instanceof AppError && error.code === 'data_corrupt') {
      return { name, reason: error.message }
    }
    if (systemCode(error) === '') throw error
    throw new AppError('data_missing', `Cannot read ${name}: ${systemCode(error)}`, {
      cause: error,
    })
  }
  if (bytes.length === 0) return { name, reason: 'the file is empty' }
  try {
    return { name, ...(await decode(bytes)) }
  } catch (error) {
    return { name, reason: reasonOf(error) }
  }
}

function placesOf(encoded: readonly EncodedImage[], skipped: readonly SkippedImage[]): Int32Array {
  const left = new Set(skipped.map(({ name }) => name))
  let next = 0
  return Int32Array.from(encoded, ({ name }) => (left.has(name) ? -1 : next++))
}

interface Shaped {
  readonly shape: readonly number[]
  readonly name: string
}

function mixedSizes(first: Shaped, other: Shaped): AppError {
  const told = ({ shape, name }: Shaped) => `${name} has ${shape.slice(0, 2).join('x')}`
  return new AppError(
    'data_mismatch',
    `The images differ in size: ${told(first)}, ${told(other)}`,
    { hint: 'Set data.resize, for example data.resize.size=[224,224].' },
  )
}

function undecodable(skipped: readonly SkippedImage[]): AppError {
  const details = skipped.map(
    ({ name, reason }) => new AppError('data_corrupt', `${name}: ${reason}`),
  )
  const [first] = skipped
  if (skipped.length === 1 && first !== undefined) {
    return new AppError('data_corrupt', `${first.name} cannot be decoded: ${first.reason}`, {
      hint: 'Repair or remove it, or set data.on_corrupt=skip.',
    })
  }
  return new AppError('data_corrupt', `${skipped.length} images cannot be decoded`, {
    hint: 'Repair or remove them, or set data.on_corrupt=skip.',
    details,
  })
}
