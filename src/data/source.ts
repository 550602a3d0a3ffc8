import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../core/errors.js'
import { sha256 } from '../core/hash.js'
import type { DataContext } from './data-set.js'
import { download } from './download.js'

/** Where images come from: a path or a URL, and what the file must be, if that is known. */
export interface SourceConfig {
  readonly source: string
  readonly sha256: string | null
}

const largestDownload = 1 << 40
const stallMilliseconds = 30_000

/** The path of a source; a URL is downloaded into the cache once. Another hash than the given one is `data_corrupt`. */
export async function fetchSource(config: SourceConfig, context: DataContext): Promise<string> {
  if (!/^https?:\/\//.test(config.source)) {
    const path = resolve(config.source)
    if (config.sha256 !== null) await verify(path, config.sha256)
    return path
  }
  const name = basename(new URL(config.source).pathname)
  const directory = join(context.cacheDirectory, 'downloads', sha256(config.source).slice(0, 16))
  const target = join(directory, name === '' ? 'download' : name)
  await download(
    {
      name,
      urls: [config.source],
      target,
      maximumBytes: largestDownload,
      stallMilliseconds,
      remedy: 'Download it by hand and set data.source to its path.',
      verify: (path) => (config.sha256 === null ? Promise.resolve() : verify(path, config.sha256)),
    },
    context,
  )
  return target
}

async function verify(path: string, expected: string): Promise<void> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  const found = hash.digest('hex')
  if (found === expected) return
  throw new AppError('data_corrupt', `${path} has SHA-256 ${found}, not ${expected}`, {
    hint: 'Get the file again, or correct data.sha256.',
  })
}
