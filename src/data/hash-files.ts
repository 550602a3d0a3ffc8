import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError, writeError } from '../core/errors.js'
import { LineFile, makeDirectories } from '../core/files.js'
import type { DataContext } from './data-set.js'
import type { WalkedFile } from './directory-walk.js'
import type { ManifestFile } from './manifest.js'
import { unreadable } from './unreadable.js'

const atOnce = 4
const chunkBytes = 1 << 20

/** Where it is noted what is hashed; an optional one is done without where it cannot be written. */
export interface Journal {
  readonly path: string
  readonly optional: boolean
}

/**
 * SHA-256 and size of files, in their order. What is hashed is noted in the journal, so that after an interruption the
 * same call goes on where it stopped, as long as a file's stamp is the same; the journal goes when all is done.
 */
export async function hashFiles(
  files: readonly WalkedFile[],
  journal: Journal,
  { progress, signal }: Pick<DataContext, 'progress' | 'signal'>,
): Promise<ManifestFile[]> {
  const known = await readJournal(journal.path)
  const notes = await openNotes(journal)
  const found = new Map<string, ManifestFile>()
  const waiting = [...files]
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { path, full, stamp } = next
      const before = known.get(path)
      const file = before?.stamp === stamp ? before.file : await hashFile(next.path, full, signal)
      if (file !== before?.file) notes?.append(JSON.stringify({ ...file, stamp }))
      found.set(path, file)
      progress.update(found.size, '')
    }
  }
  progress.start('hashing files', files.length)
  try {
    await allOrFirstFailure(Array.from({ length: atOnce }, work), () => (waiting.length = 0))
  } finally {
    progress.stop()
    notes?.close()
  }
  await rm(journal.path, { force: true })
  return files.map(({ path }) => found.get(path) as ManifestFile)
}

/** Waits until all are at rest, for they write to the same file; the first failure calls off what has not begun. */
async function allOrFirstFailure(tasks: readonly Promise<void>[], callOff: () => void) {
  const ends = await Promise.allSettled(
    tasks.map((task) =>
      task.catch((error: unknown) => {
        callOff()
        throw error
      }),
    ),
  )
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

async function openNotes({ path, optional }: Journal): Promise<LineFile | null> {
  try {
    await makeDirectories(dirname(path))
    return new LineFile(path)
  } catch (error) {
    if (optional) return null
    throw writeError(error, path)
  }
}

async function hashFile(
  path: string,
  full: string,
  signal: AbortSignal | undefined,
): Promise<ManifestFile> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of createReadStream(full, { highWaterMark: chunkBytes })) {
      if (signal?.aborted === true) throw stopped()
      hash.update(chunk as Buffer)
      bytes += (chunk as Buffer).length
    }
  } catch (error) {
    throw unreadable(full, error)
  }
  return { path, bytes, sha256: hash.digest('hex') }
}

interface Noted {
  readonly stamp: string
  readonly file: ManifestFile
}

/** What an interrupted call has noted; a line that a crash cut is left out. */
async function readJournal(path: string): Promise<ReadonlyMap<string, Noted>> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const known = new Map<string, Noted>()
  for (const line of text.split('\n')) {
    try {
      const { stamp, ...file } = JSON.parse(line) as ManifestFile & { readonly stamp: string }
      known.set(file.path, { stamp, file })
    } catch {
      continue
    }
  }
  return known
}

function stopped(): AppError {
  return new AppError('interrupted', 'Hashing was interrupted', {
    hint: 'What is hashed is kept: the same command goes on from there.',
  })
}
