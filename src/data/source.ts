import { rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { AppError } from '../core/errors.js'
import { sha256 } from '../core/hash.js'
import { openArchive } from './archive.js'
import type { DataContext } from './data-set.js'
import { download } from './download.js'
import { dataFile } from './hash-file.js'
import { unreadable } from './unreadable.js'

/** Where images come from: a directory, or the path or URL of an archive and what it must be, if that is known. */
export interface SourceConfig {
  readonly source: string
  readonly sha256: string | null
}

/** A place whose images can be listed. */
export interface Source {
  readonly path: string
  readonly isDirectory: boolean
}

const largestDownload = 2 ** 40
const stallMilliseconds = 30_000
const hint =
  'data.source is a directory with one directory of images a class, a zip archive of it, or its URL.'

/** Finds a source; a URL is downloaded into the cache once. Another hash than the given one is `data_corrupt`. */
export async function fetchSource(config: SourceConfig, context: DataContext): Promise<Source> {
  const { source, sha256: expected } = config
  if (/^https?:\/\//.test(source)) {
    const path = await fetchArchive(config, context)
    return { path, isDirectory: false }
  }
  const path = resolve(source)
  const stats = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error, hint)
  })
  const isDirectory = stats.isDirectory()
  if (expected !== null && isDirectory) {
    throw new AppError('data_mismatch', `${path} is a directory, which has no SHA-256`, {
      hint: 'Set data.sha256=null, or give the archive.',
    })
  }
  if (expected !== null) await verify(path, expected)
  return { path, isDirectory }
}

async function fetchArchive(
  { source, sha256: expected }: SourceConfig,
  context: DataContext,
): Promise<string> {
  const last = basename(new URL(source).pathname)
  const name = last === '' ? 'download' : last
  const directory = join(context.cacheDirectory, 'downloads', sha256(source).slice(0, 16))
  const target = join(directory, name)
  const request = {
    name,
    urls: [source],
    target,
    maximumBytes: largestDownload,
    stallMilliseconds: context.stallMilliseconds ?? stallMilliseconds,
    remedy: 'Download it by hand and set data.source to its path.',
    verify: async (path: string) => {
      if (expected !== null) await verify(path, expected)
      else await (await openArchive(path, () => true)).close()
    },
  }
  if (expected !== null) await dropOther(target, expected, context)
  await download(request, context)
  return target
}

/** An earlier download from the same URL is of no use where it is not what is asked for now. */
async function dropOther(path: string, expected: string, { log }: DataContext): Promise<void> {
  const found = await dataFile(path).catch(() => null)
  if (found === null || found.sha256 === expected) return
  log.info(`${path} has SHA-256 ${found.sha256}, and is downloaded again`)
  await rm(path, { force: true })
}

async function verify(path: string, expected: string): Promise<void> {
  const { sha256: found } = await dataFile(path)
  if (found === expected) return
  throw new AppError('data_corrupt', `${path} has SHA-256 ${found}, not ${expected}`, {
    hint: 'Get the file again, or correct data.sha256.',
  })
}
