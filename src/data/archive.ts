import { open, stat } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { fromFdPromise, type Entry, type ZipFile } from 'yauzl'
import { AppError } from '../core/errors.js'

/** A file inside a zip archive. */
export interface ArchivedFile {
  /** Its path inside the archive, with `/` between folders. */
  readonly path: string
  readonly bytes: number
  readonly crc32: number
  readonly read: () => Promise<Uint8Array>
}

/** An open archive; its files can be read until it is closed. */
export interface Archive {
  readonly files: readonly ArchivedFile[]
  readonly close: () => Promise<void>
}

/** More than this in one file, or this many times its packed size, is a bomb rather than an image. */
const largestFile = 1 << 28
const greatestRatio = 1000

/**
 * Lists a zip archive. Nothing of it is ever written to disk, so that a path cannot lead anywhere; one that tries to,
 * an encrypted file, or one that unpacks to more than it may is `data_corrupt`.
 */
export async function openArchive(path: string): Promise<Archive> {
  await stat(path).catch((error: unknown) => {
    throw new AppError('data_missing', `Cannot read ${path}: it does not exist`, { cause: error })
  })
  const handle = await open(path, 'r')
  try {
    const zip = await fromFdPromise(handle.fd, { lazyEntries: true, autoClose: false })
    const files = await listFiles(zip, path)
    return { files, close: () => handle.close() }
  } catch (error) {
    await handle.close()
    if (error instanceof AppError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw damaged(path, reason, error)
  }
}

async function listFiles(zip: ZipFile, path: string): Promise<ArchivedFile[]> {
  const files: ArchivedFile[] = []
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue
    check(entry, path)
    files.push({
      path: entry.fileName,
      bytes: entry.uncompressedSize,
      crc32: entry.crc32,
      read: async () => {
        try {
          return await buffer(await zip.openReadStreamPromise(entry))
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          throw damaged(path, `${entry.fileName}: ${reason}`, error)
        }
      },
    })
  }
  return files
}

function check(
  { fileName, uncompressedSize, compressedSize, generalPurposeBitFlag }: Entry,
  path: string,
): void {
  const told = `${fileName} in it`
  if ((generalPurposeBitFlag & 1) !== 0) throw damaged(path, `${told} is encrypted`)
  if (
    uncompressedSize > largestFile ||
    uncompressedSize > greatestRatio * (compressedSize + 1000)
  ) {
    throw damaged(path, `${told} would unpack to ${uncompressedSize} bytes from ${compressedSize}`)
  }
}

function damaged(path: string, reason: string, cause?: unknown): AppError {
  return new AppError('data_corrupt', `${path} is not a zip archive that can be used: ${reason}`, {
    hint: 'Pack the images again, or unpack the archive and give its directory.',
    cause,
  })
}
