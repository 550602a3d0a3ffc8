import { createHash } from 'node:crypto'
import { rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError, systemCode, writeError } from '../core/errors.js'
import { makeDirectories } from '../core/files.js'
import type { DataContext } from './data-set.js'
import { exclusively } from './download-lock.js'
import { transfer, TransferFailure } from './transfer.js'

/** A file to download, and how to know it when it has arrived. */
export interface DownloadRequest {
  readonly name: string
  /** The same content at several places, tried in order. */
  readonly urls: readonly string[]
  readonly target: string
  /** More than this is not the file. */
  readonly maximumBytes: number
  /** Throws an `AppError` when the file at `path` is not the one that was asked for. */
  verify(path: string): Promise<void>
  /** What the user can do when no place has it. */
  readonly remedy: string
  /** Milliseconds without a byte after which a connection counts as dead. */
  readonly stallMilliseconds: number
}

type Context = Pick<DataContext, 'env' | 'log' | 'progress' | 'signal'>

/** Attempts in a row that bring no new byte before a source is given up. */
const fruitlessLimit = 2

/**
 * Downloads a file whole or not at all: into a hidden part file, checked, fsynced, renamed, by one process at a time.
 * What has arrived stays when a download breaks off, and the next one from the same place goes on from there.
 * `download_failed` lists every place's failure in its details.
 */
export async function download(request: DownloadRequest, context: Context): Promise<void> {
  const directory = dirname(request.target)
  await makeDirectories(directory).catch((error: unknown) => {
    throw writeError(error, directory)
  })
  await exclusively(join(directory, `.${request.name}.lock`), context, async () => {
    if ((await sizeOf(request.target)) === 0) await downloadFromAny(request, context)
  })
}

async function downloadFromAny(request: DownloadRequest, context: Context): Promise<void> {
  const failures: AppError[] = []
  for (const url of request.urls) {
    context.log.info(`Downloading ${url}`)
    try {
      await downloadFrom(url, request, context)
      return
    } catch (error) {
      if (!(error instanceof TransferFailure)) throw error
      context.log.info(`  failed: ${error.message}`)
      failures.push(new AppError('download_failed', `${url}: ${error.message}`, { cause: error }))
    }
  }
  throw new AppError('download_failed', `Cannot download ${request.name} from any source`, {
    hint: request.remedy,
    details: failures,
  })
}

async function downloadFrom(
  url: string,
  request: DownloadRequest,
  context: Context,
): Promise<void> {
  const part = partPath(request.target, url)
  const kept = await sizeOf(part)
  try {
    await receive(url, part, request, context)
  } catch (error) {
    if (!(error instanceof TransferFailure) || error.kind !== 'unfit') throw error
    await rm(part, { force: true })
    if (kept === 0) throw error
    context.log.info('  starting over, because what an earlier download kept does not fit')
    await receive(url, part, request, context)
  }
}

/** Receives and accepts a file, going on after each break as long as the attempts bring something. */
async function receive(
  url: string,
  path: string,
  request: DownloadRequest,
  context: Context,
): Promise<void> {
  const { maximumBytes, stallMilliseconds } = request
  const { env, progress, signal } = context
  for (let fruitless = 0; ;) {
    const offset = await sizeOf(path)
    let shown = false
    const onBytes = (received: number, total: number) => {
      if (!shown) progress.start(`${request.name} (kB)`, Math.ceil(total / 1000))
      shown = true
      progress.update(Math.floor(received / 1000), '')
    }
    try {
      await transfer({ url, env, path, offset, maximumBytes, stallMilliseconds, signal, onBytes })
      await accept(path, request)
      return
    } catch (error) {
      if (!(error instanceof TransferFailure) || error.kind !== 'broken') throw error
      fruitless = (await sizeOf(path)) > offset ? 0 : fruitless + 1
      if (fruitless === fruitlessLimit) throw error
    } finally {
      progress.stop()
    }
  }
}

/** Checks a finished part file and gives it its name. */
async function accept(part: string, request: DownloadRequest): Promise<void> {
  try {
    await request.verify(part)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new TransferFailure(`sent something else: ${error.message}`, 'unfit', error)
  }
  await rename(part, request.target).catch((error: unknown) => {
    throw writeError(error, request.target)
  })
}

/** Each source has its own part file, because two archives of the same content need not be the same bytes. */
function partPath(target: string, url: string): string {
  const source = createHash('sha256').update(url).digest('hex').slice(0, 8)
  return join(dirname(target), `.${basename(target)}.${source}.part`)
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0
    throw error
  }
}
