import { open, type FileHandle } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import { fromFdPromise, type Entry, type ZipFile } from 'yauzl'
import { AppError } from '../core/errors.js'
import { unreadable } from './unreadable.js'

/** A file inside a zip archive. */
export interface ArchivedFile {
  /** Its path inside the archive, with `/` between folders. */
  readonly path: string
  readonly bytes: number
  readonly crc32: number
  /** The whole content; more than 256 MiB are `data_corrupt`. */
  readonly read: () => Promise<Uint8Array>
  /** The content piece by piece, whatever its size. */
  readonly stream: () => AsyncIterable<Uint8Array>
}

/** An open archive; its files can be read until it is closed. */
export interface Archive {
  readonly files: readonly ArchivedFile[]
  /** Paths of directories that the archive lists as such. */
  readonly directories: readonly string[]
  readonly close: () => Promise<void>
}

/** More than this in one file is a bomb rather than an image. */
const largestFile = 1 << 28

/** DEFLATE cannot shrink data by more than this factor, so an archive that claims more lists the same bytes twice. */
const greatestRatio = 1032

/**
 * Lists the files of a zip archive that are wanted. Nothing of it is ever written to disk, so that a path cannot lead
 * anywhere; one that tries to, an encrypted file, one that does not fit its checksum, or an archive that unpacks to
 * more than it can hold is `data_corrupt`.
 */
export async function openArchive(
  path: string,
  wanted: (path: string) => boolean,
): Promise<Archive> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  try {
    const zip = await fromFdPromise(handle.fd, { lazyEntries: true, autoClose: false })
    const found = await listEntries(zip, handle, path, wanted)
    return { ...found, close: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw damaged(path, error)
  }
}

async function listEntries(
  zip: ZipFile,
  handle: FileHandle,
  path: string,
  wanted: (path: string) => boolean,
) {
  const files: ArchivedFile[] = []
  const directories: string[] = []
  const most = greatestRatio * (await handle.stat()).size
  let total = 0
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) directories.push(entry.fileName.slice(0, -1))
    else if (wanted(entry.fileName)) {
      if ((entry.generalPurposeBitFlag & 1) !== 0) {
        throw new Error(`${entry.fileName} in it is encrypted`)
      }
      total += entry.uncompressedSize
      if (total > most) throw new Error(`it would unpack to more than ${most} bytes`)
      files.push(fileOf(entry, zip, path))
    }
  }
  return { files, directories }
}

function fileOf(entry: Entry, zip: ZipFile, archive: string): ArchivedFile {
  const name = `${archive}/${entry.fileName}`
  async function* stream(): AsyncGenerator<Uint8Array, void> {
    let sum = 0
    try {
      for await (const chunk of await zip.openReadStreamPromise(entry)) {
        sum = crc32(chunk as Buffer, sum)
        yield chunk as Buffer
      }
      if (sum !== entry.crc32) throw new Error('its content does not fit its checksum')
    } catch (error) {
      throw damaged(name, error)
    }
  }
  return {
    path: entry.fileName,
    bytes: entry.uncompressedSize,
    crc32: entry.crc32,
    stream,
    async read() {
      if (entry.uncompressedSize <= largestFile) return await buffer(stream())
      const reason = `${entry.uncompressedSize} bytes are too many for an image`
      throw damaged(name, new Error(reason))
    },
  }
}

function damaged(path: string, error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  return new AppError(
    'data_corrupt',
    `${path} cannot be unpacked as a part of a sound zip archive: ${error.message}`,
    {
      hint: 'Pack the files again, or unpack the archive yourself and give its directory.',
      cause: error,
    },
  )
}
