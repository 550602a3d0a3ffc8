import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { AppError, systemCode } from '../core/errors.js'

const chunkBytes = 1 << 18

/** The size of a file as it lies on disk, and whether its first bytes are those of a gzip archive. */
export interface Packing {
  readonly bytes: number
  readonly gzip: boolean
}

/** Looks at a file's size and first bytes; `data_missing` if it cannot be read, `data_corrupt` if it is empty. */
export async function inspectPacking(path: string, remedy: string): Promise<Packing> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new AppError('data_missing', `${path} is not a file`)
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
    if (bytesRead === 0) {
      throw new AppError('data_corrupt', `${path} is empty`, { hint: remedy })
    }
    return { bytes: stats.size, gzip: buffer[0] === 0x1f && buffer[1] === 0x8b }
  } finally {
    await file.close()
  }
}

/**
 * Yields the content of a file in pieces, unpacked if it is a gzip archive whatever its name. Only one piece is held at
 * a time. A damaged archive, or one with bytes after its end, is `data_corrupt`; `remedy` says what to do then.
 */
export async function* unpack(
  path: string,
  packing: Packing,
  remedy: string,
): AsyncGenerator<Buffer, void, undefined> {
  const source = createReadStream(path, { highWaterMark: chunkBytes })
  const gunzip = createGunzip({ chunkSize: chunkBytes })
  try {
    if (!packing.gzip) {
      yield* source as AsyncIterable<Buffer>
      return
    }
    source.once('error', (error) => gunzip.destroy(error))
    yield* source.pipe(gunzip) as AsyncIterable<Buffer>
  } catch (error) {
    throw readFailure(path, error, remedy)
  } finally {
    source.destroy()
    gunzip.destroy()
  }
  const surplus = packing.bytes - gunzip.bytesWritten
  if (surplus !== 0) {
    throw new AppError('data_corrupt', `${path} has ${surplus} bytes after its gzip archive`, {
      hint: remedy,
    })
  }
}

/** SHA-256 of a file's unpacked content. */
export async function hashUnpacked(path: string, remedy: string): Promise<string> {
  const hash = createHash('sha256')
  const packing = await inspectPacking(path, remedy)
  for await (const chunk of unpack(path, packing, remedy)) hash.update(chunk)
  return hash.digest('hex')
}

function readFailure(path: string, error: unknown, remedy: string): unknown {
  const code = systemCode(error)
  if (code === 'Z_BUF_ERROR') {
    return new AppError('data_corrupt', `${path} is cut off: its gzip archive ends early`, {
      hint: remedy,
      cause: error,
    })
  }
  if (code.startsWith('Z_')) {
    const reason = error instanceof Error ? error.message : code
    return new AppError('data_corrupt', `${path} is a damaged gzip archive (${reason})`, {
      hint: remedy,
      cause: error,
    })
  }
  return code === '' ? error : unreadable(path, error)
}

function unreadable(path: string, error: unknown): unknown {
  const code = systemCode(error)
  if (code === '') return error
  const reason = code === 'ENOENT' ? 'it does not exist' : code
  return new AppError('data_missing', `Cannot read ${path}: ${reason}`, { cause: error })
}
