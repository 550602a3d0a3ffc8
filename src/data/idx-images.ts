import { createHash } from 'node:crypto'
import type { DataContext } from './data-set.js'
import { dataFile } from './hash-file.js'
import type { IdxArray, IdxFile } from './idx.js'
import type { Images } from './images.js'
import { sharedBytes } from './memory-part.js'
import { cachedPixels, memoryLimit, stopIfInterrupted } from './pixel-cache.js'

/** The images of several files, one after the other, and what was found of each file. */
export interface IdxImages {
  readonly images: Images
  /** SHA-256 of all pixels. */
  readonly sha256: string
  readonly files: readonly Pick<IdxArray, 'sha256' | 'bytes'>[]
}

/**
 * The images of files that were opened and hold images of one size. What is too large for memory stays where it lies, if
 * it is one unpacked file; else it is unpacked and joined in the cache.
 */
export async function idxImages(
  paths: readonly string[],
  files: readonly IdxFile[],
  context: DataContext,
): Promise<IdxImages> {
  const [, height, width] = (files[0] as IdxFile).dimensions as [number, number, number]
  const count = files.reduce((sum, { dimensions }) => sum + (dimensions[0] as number), 0)
  const bytes = count * height * width
  const stored = [height, width, 1] as const
  const identities = () => files.map((file) => file.identity())
  if (bytes <= (context.memoryLimit ?? memoryLimit)) {
    const pixels = sharedBytes(bytes)
    let done = 0
    const sha256 = await take(files, context, (piece) => {
      pixels.set(piece, done)
      done += piece.length
    })
    const store = { kind: 'memory', pixels } as const
    return { images: { store, count, stored, resize: null }, sha256, files: identities() }
  }
  const [path, start] = [paths[0] as string, files[0]?.start ?? null]
  if (files.length === 1 && start !== null) {
    const sha256 = await take(files, context, () => undefined)
    const store = { kind: 'file', path, start } as const
    return { images: { store, count, stored, resize: null }, sha256, files: identities() }
  }
  const packed = []
  for (const one of paths) packed.push((await dataFile(one)).sha256)
  const cached = await cachedPixels(
    { idx: packed },
    async (write) => {
      await take(files, context, write)
      return { shape: stored, notes: identities() }
    },
    context,
  )
  return { images: cached.images, sha256: cached.sha256, files: cached.notes }
}

/** Hands on all values, piece by piece; their SHA-256. */
async function take(
  files: readonly IdxFile[],
  context: DataContext,
  use: (piece: Uint8Array) => Promise<void> | void,
): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) {
    for await (const piece of file.values()) {
      stopIfInterrupted(context)
      hash.update(piece)
      await use(piece)
    }
  }
  return hash.digest('hex')
}
