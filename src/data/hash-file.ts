import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { DataFile } from './data-set.js'
import { unreadable } from './unreadable.js'

/** A file with the SHA-256 of its bytes. */
export async function dataFile(path: string): Promise<DataFile> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        hash.update(chunk)
        bytes += chunk.length
      }
    })
  } catch (error) {
    throw unreadable(path, error)
  }
  return { name: basename(path), path: resolve(path), sha256: hash.digest('hex'), bytes }
}
