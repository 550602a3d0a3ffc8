import { createHash } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { AppError, writeError } from '../core/errors.js'
import { makeDirectories, readJson, writeJson } from '../core/files.js'
import { canonicalJson, sha256 } from '../core/hash.js'
import type { DataContext } from './data-set.js'
import { decodeImage, type DecodePlan } from './decode.js'
import type { Images } from './images.js'
import { sharedBytes } from './memory-part.js'

/** An encoded image: what tells it from others without reading it, and how to read it. */
export interface EncodedImage {
  readonly name: string
  /** Changes when the image does: its size and time of change, or the checksum an archive keeps of it. */
  readonly stamp: string
  readonly read: () => Promise<Uint8Array>
}

/** Images in one file, and which of the encoded ones they are. */
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

interface Manifest {
  readonly cache_version: number
  readonly count: number
  readonly shape: [number, number, number]
  readonly skipped: readonly SkippedImage[]
  readonly sha256: string
}

const cacheVersion = 1

/** Up to this size decoded images are read into memory; larger sets stay in their file. */
const memoryLimit = 1 << 28

/**
 * The decoded form of images, made once and kept in the cache directory under a name that stands for the images and the
 * plan. Images of several sizes without a plan to resize them are `data_mismatch`; one that cannot be decoded is
 * `data_corrupt`, or is left out where `policy` says so.
 */
export async function decodeAll(
  encoded: readonly EncodedImage[],
  plan: DecodePlan,
  policy: 'fail' | 'skip',
  context: DataContext,
): Promise<DecodedImages> {
  const identity = encoded.map(({ name, stamp }) => [name, stamp])
  const key = sha256(canonicalJson({ cacheVersion, identity, plan })).slice(0, 32)
  const directory = join(context.cacheDirectory, 'decoded')
  const [pixelPath, manifestPath] = [join(directory, `${key}.u8`), join(directory, `${key}.json`)]
  const manifest =
    (await knownManifest(manifestPath, pixelPath)) ??
    (await decodeInto(encoded, plan, { pixelPath, manifestPath, directory }, context))
  const [firstSkipped] = manifest.skipped
  if (firstSkipped !== undefined && policy === 'fail') throw undecodable(manifest.skipped)
  return {
    images: await imagesIn(pixelPath, manifest),
    places: placesOf(encoded, manifest),
    skipped: manifest.skipped,
    sha256: manifest.sha256,
  }
}

async function knownManifest(path: string, pixels: string): Promise<Manifest | undefined> {
  const manifest = (await readJson(path).catch(() => undefined)) as Manifest | undefined
  if (manifest?.cache_version !== cacheVersion) return undefined
  const file = await open(pixels, 'r').catch(() => undefined)
  const size = await file?.stat().then((stats) => stats.size)
  await file?.close()
  return size === manifest.count * sizeOf(manifest.shape) ? manifest : undefined
}

async function decodeInto(
  encoded: readonly EncodedImage[],
  plan: DecodePlan,
  paths: { pixelPath: string; manifestPath: string; directory: string },
  { progress, signal }: DataContext,
): Promise<Manifest> {
  const temporary = `${paths.pixelPath}.${process.pid}.part`
  try {
    await makeDirectories(paths.directory)
    const file = await open(temporary, 'w')
    try {
      progress.start('decoding images', encoded.length)
      const manifest = await writeDecoded(encoded, plan, file, (done) => {
        progress.update(done, '')
        if (signal?.aborted === true) {
          throw new AppError('interrupted', 'Decoding was interrupted', {
            hint: 'The next run starts decoding again.',
          })
        }
      })
      await file.sync()
      await rename(temporary, paths.pixelPath)
      await writeJson(paths.manifestPath, manifest)
      return manifest
    } finally {
      progress.stop()
      await file.close()
    }
  } catch (error) {
    await rm(temporary, { force: true })
    throw writeError(error, paths.pixelPath)
  }
}

type Outcome = { pixels: Uint8Array; shape: readonly [number, number, number] } | { reason: string }

/** Decodes several images at a time and writes them in order. */
async function writeDecoded(
  encoded: readonly EncodedImage[],
  plan: DecodePlan,
  file: FileHandle,
  report: (done: number) => void,
): Promise<Manifest> {
  const hash = createHash('sha256')
  const skipped: SkippedImage[] = []
  const ahead = 2 * availableParallelism()
  const pending: Promise<Outcome>[] = []
  let first: { shape: readonly [number, number, number]; name: string } | undefined
  let count = 0
  for (const [index, { name }] of encoded.entries()) {
    while (pending.length < ahead && index + pending.length < encoded.length) {
      pending.push(decodeOne(encoded[index + pending.length] as EncodedImage, plan))
    }
    const outcome = await (pending.shift() as Promise<Outcome>)
    report(index + 1)
    if ('reason' in outcome) {
      skipped.push({ name, reason: outcome.reason })
      continue
    }
    first ??= { shape: outcome.shape, name }
    if (outcome.shape.join() !== first.shape.join()) throw mixedSizes(first, { ...outcome, name })
    hash.update(outcome.pixels)
    await file.write(outcome.pixels)
    count += 1
  }
  if (first === undefined) throw undecodable(skipped)
  const shape = [...first.shape] as [number, number, number]
  return { cache_version: cacheVersion, count, shape, skipped, sha256: hash.digest('hex') }
}

async function decodeOne(image: EncodedImage, plan: DecodePlan): Promise<Outcome> {
  try {
    const bytes = await image.read()
    if (bytes.length === 0) return { reason: 'the file is empty' }
    return await decodeImage(bytes, plan)
  } catch (error) {
    return { reason: (error instanceof Error ? error.message : String(error)).trim() }
  }
}

async function imagesIn(path: string, { count, shape }: Manifest): Promise<Images> {
  const bytes = count * sizeOf(shape)
  const inFile = { kind: 'file', path, start: 0 } as const
  const store =
    bytes > memoryLimit ? inFile : { kind: 'memory' as const, pixels: await load(path, bytes) }
  return { store, count, stored: shape, resize: null }
}

async function load(path: string, bytes: number): Promise<Uint8Array> {
  const pixels = sharedBytes(bytes)
  const file = await open(path, 'r')
  try {
    for (let done = 0; done < bytes;) {
      const { bytesRead } = await file.read(pixels, done, bytes - done, done)
      if (bytesRead === 0) throw new AppError('data_corrupt', `${path} became shorter`)
      done += bytesRead
    }
    return pixels
  } finally {
    await file.close()
  }
}

function placesOf(encoded: readonly EncodedImage[], { skipped }: Manifest): Int32Array {
  const left = new Set(skipped.map(({ name }) => name))
  let next = 0
  return Int32Array.from(encoded, ({ name }) => (left.has(name) ? -1 : next++))
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

function mixedSizes(
  first: { shape: readonly number[]; name: string },
  other: { shape: readonly number[]; name: string },
): AppError {
  const told = ({ shape, name }: typeof first) => `${name} has ${shape.slice(0, 2).join('x')}`
  return new AppError(
    'data_mismatch',
    `The images differ in size: ${told(first)}, ${told(other)}`,
    {
      hint: 'Set data.resize, for example data.resize.size=[224,224].',
    },
  )
}

function undecodable(skipped: readonly SkippedImage[]): AppError {
  const details = skipped.map(
    ({ name, reason }) => new AppError('data_corrupt', `${name}: ${reason}`),
  )
  const [first] = skipped
  return new AppError(
    'data_corrupt',
    skipped.length === 1 && first !== undefined
      ? `${first.name} cannot be decoded: ${first.reason}`
      : `${skipped.length} images cannot be decoded`,
    { hint: 'Repair or remove them, or set data.on_corrupt=skip.', details },
  )
}
