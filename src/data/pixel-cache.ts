import { createHash } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, writeError } from '../core/errors.js'
import { makeDirectories, readJson, writeJson } from '../core/files.js'
import { canonicalJson, sha256 } from '../core/hash.js'
import type { DataContext } from './data-set.js'
import type { Images } from './images.js'
import { sharedBytes } from './memory-part.js'
import { noteUse, removeUnused } from './unused-pixels.js'
import { writeBehind } from './write-behind.js'

/** Images of one shape whose pixels were made once, and what was noted as they were made. */
export interface CachedPixels<Notes> {
  readonly images: Images
  /** SHA-256 of all pixels. */
  readonly sha256: string
  readonly notes: Notes
}

/** Writes pixels behind those before them and tells in the end what they are. */
export type MakePixels<Notes> = (
  write: (pixels: Uint8Array) => Promise<void>,
) => Promise<{ readonly shape: readonly [number, number, number]; readonly notes: Notes }>

interface Manifest<Notes> {
  readonly cache_version: number
  readonly count: number
  readonly shape: [number, number, number]
  readonly sha256: string
  readonly notes: Notes
}

interface Paths {
  readonly pixels: string
  readonly manifest: string
  readonly directory: string
}

const cacheVersion = 3
const chunkBytes = 1 << 20

/** Up to this size pixels are held in memory, unless the context says otherwise; larger sets stay in their file. */
export const memoryLimit = 1 << 28

/**
 * Pixels out of the cache directory, under a name that stands for `identity`; they are made if they are not there. Each
 * time they are found all of them are compared with the hash they had, and a file that was damaged or cut off is made
 * again. It appears whole or not at all.
 */
export async function cachedPixels<Notes>(
  identity: object,
  make: MakePixels<Notes>,
  context: DataContext,
): Promise<CachedPixels<Notes>> {
  const key = sha256(canonicalJson({ cacheVersion, identity })).slice(0, 32)
  const directory = join(context.cacheDirectory, 'decoded')
  const paths = {
    directory,
    pixels: join(directory, `${key}.u8`),
    manifest: join(directory, `${key}.json`),
  }
  const known = await readManifest<Notes>(paths.manifest)
  if (known !== undefined) {
    const images = await openChecked(paths.pixels, known, context)
    if (images !== undefined) {
      await noteUse(paths.pixels)
      return { images, sha256: known.sha256, notes: known.notes }
    }
    context.log.warn(`${paths.pixels} is missing or damaged, and is made again`)
  }
  const made = await makeFile(make, paths)
  await removeUnused(paths.pixels)
  const images = await openMade(paths.pixels, made, context)
  return { images, sha256: made.sha256, notes: made.notes }
}

async function readManifest<Notes>(path: string): Promise<Manifest<Notes> | undefined> {
  const manifest = (await readJson(path).catch(() => undefined)) as Manifest<Notes> | undefined
  return manifest?.cache_version === cacheVersion ? manifest : undefined
}

async function makeFile<Notes>(make: MakePixels<Notes>, paths: Paths): Promise<Manifest<Notes>> {
  const temporary = `${paths.pixels}.${process.pid}.part`
  try {
    await makeDirectories(paths.directory)
    const file = await open(temporary, 'w')
    const writer = writeBehind(file)
    const hash = createHash('sha256')
    let bytes = 0
    try {
      const { shape, notes } = await make(async (pixels) => {
        hash.update(pixels)
        bytes += pixels.length
        await writer.write(pixels)
      })
      await writer.finish()
      const count = bytes / sizeOf(shape)
      const manifest: Manifest<Notes> = {
        cache_version: cacheVersion,
        count,
        shape: [...shape],
        sha256: hash.digest('hex'),
        notes,
      }
      await rename(temporary, paths.pixels)
      await writeJson(paths.manifest, manifest)
      return manifest
    } finally {
      await writer.settle()
      await file.close()
    }
  } catch (error) {
    await rm(temporary, { force: true })
    throw writeError(error, paths.pixels)
  }
}

/** The images, if the file holds exactly the pixels of the manifest. */
async function openChecked(
  path: string,
  manifest: Manifest<unknown>,
  context: DataContext,
): Promise<Images | undefined> {
  const hash = createHash('sha256')
  const pixels = await readPixels(path, manifest, context, (chunk) => hash.update(chunk))
  if (pixels === undefined || hash.digest('hex') !== manifest.sha256) return undefined
  return imagesIn(path, manifest, pixels)
}

/** The images of a file that was made a moment ago: its hash is that of the bytes that were written. */
async function openMade(
  path: string,
  manifest: Manifest<unknown>,
  context: DataContext,
): Promise<Images> {
  if (!fitsMemory(manifest, context)) return imagesIn(path, manifest, null)
  const pixels = await readPixels(path, manifest, context)
  if (pixels !== undefined) return imagesIn(path, manifest, pixels)
  throw new AppError('data_corrupt', `${path} does not read as it was written`, {
    hint: 'Check the disk, or set cache_directory to another one.',
  })
}

/** Reads all pixels, into memory where they fit (else null comes back); undefined if their number is another. */
async function readPixels(
  path: string,
  manifest: Manifest<unknown>,
  context: DataContext,
  look: (chunk: Uint8Array) => void = () => undefined,
): Promise<Uint8Array | null | undefined> {
  const bytes = bytesOf(manifest)
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return undefined
  try {
    if ((await file.stat()).size !== bytes) return undefined
    const isHeld = fitsMemory(manifest, context)
    const pixels = sharedBytes(isHeld ? bytes : Math.min(bytes, chunkBytes))
    for (let done = 0; done < bytes;) {
      stopIfInterrupted(context)
      const start = isHeld ? done : 0
      const length = Math.min(chunkBytes, bytes - done)
      const { bytesRead } = await file.read(pixels, start, length, done)
      if (bytesRead === 0) return undefined
      look(pixels.subarray(start, start + bytesRead))
      done += bytesRead
    }
    return isHeld ? pixels : null
  } finally {
    await file.close()
  }
}

function imagesIn(
  path: string,
  { count, shape }: Manifest<unknown>,
  pixels: Uint8Array | null,
): Images {
  const store =
    pixels === null
      ? ({ kind: 'file', path, start: 0 } as const)
      : ({ kind: 'memory', pixels } as const)
  return { store, count, stored: shape, resize: null }
}

function fitsMemory(manifest: Manifest<unknown>, context: DataContext): boolean {
  return bytesOf(manifest) <= (context.memoryLimit ?? memoryLimit)
}

function bytesOf({ count, shape }: Manifest<unknown>): number {
  return count * sizeOf(shape)
}

/** Ends what takes long when the user asks for it. */
export function stopIfInterrupted({ signal }: DataContext): void {
  if (signal?.aborted !== true) return
  throw new AppError('interrupted', 'Reading the data was interrupted', {
    hint: 'The next run begins with it again.',
  })
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}
