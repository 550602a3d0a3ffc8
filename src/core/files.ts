import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { AppError, systemCode, writeError } from './errors.js'

/**
 * Writes a whole file or nothing: temporary file, fsync, rename. Creates parent directories. Only a regular file is
 * replaced: a rename over a device such as /dev/null would take it away from everybody.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(path)
  try {
    await makeDirectories(dirname(path))
    await refuseSpecialFile(path)
    await writeFileSynced(temporary, data)
    await rename(temporary, path)
    await syncDirectory(dirname(path))
  } catch (error) {
    await discard(temporary)
    throw writeError(error, path)
  }
}

/** Writes pretty JSON with a final newline, atomically. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`)
}

/**
 * Replaces a directory by one that `fill` writes: a reader sees the old or the new one, never a mixture, and a crash
 * leaves at worst the old one beside it under a hidden name that the next replacement removes.
 */
export async function replaceDirectory(
  path: string,
  fill: (directory: string) => Promise<void>,
): Promise<void> {
  const fresh = temporaryName(path)
  const retired = retiredName(path)
  try {
    await makeDirectories(fresh)
    await fill(fresh)
    await rm(retired, { recursive: true, force: true })
    await rename(path, retired).catch(ignoreMissing)
    await rename(fresh, path)
    await syncDirectory(dirname(path))
    await rm(retired, { recursive: true, force: true })
  } catch (error) {
    await discard(fresh)
    throw writeError(error, path)
  }
}

/**
 * Makes a directory and its parents. Node's own recursive mkdir never comes back where a file system refuses a new
 * entry with ENOENT, as /proc does.
 */
export async function makeDirectories(path: string): Promise<void> {
  if (await isDirectory(path)) return
  const parent = dirname(path)
  if (parent !== path) await makeDirectories(parent)
  try {
    await mkdir(path)
  } catch (error) {
    if (!(await isDirectory(path))) throw error
  }
}

/** Finishes a directory replacement that a crash cut between its two renames; only for who may write the directory. */
export async function recoverDirectory(path: string): Promise<void> {
  const content = await currentDirectory(path)
  if (content !== path) await rename(content, path)
}

/**
 * Where the content of a directory lies that `replaceDirectory` writes: under a hidden name while a replacement is, or
 * was when it crashed, between its two renames. Readers use it, for they must change nothing under a writer.
 */
export async function currentDirectory(path: string): Promise<string> {
  const retired = retiredName(path)
  return !(await isDirectory(path)) && (await isDirectory(retired)) ? retired : path
}

/** Writes and fsyncs one file inside a directory that is not visible yet. */
export async function writeFileSynced(path: string, data: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(data)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Reads a JSON file; `undefined` if it is absent, `run_corrupt` if it cannot be read or does not parse. */
export async function readJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = systemCode(error)
    if (isAbsent(code)) return undefined
    throw new AppError('run_corrupt', `${path} cannot be read (${code})`, { cause: error })
  }
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new AppError('run_corrupt', `${path} is not valid JSON`, { cause: error })
  }
}

/**
 * An append-only file of lines. A kill or a full disk cuts at most the last one, and what is appended after a cut line
 * begins a new one.
 */
export class LineFile {
  readonly #descriptor: number
  #isCut: boolean

  constructor(readonly path: string) {
    try {
      this.#descriptor = openSync(path, 'a+')
      this.#isCut = endsInsideLine(this.#descriptor)
    } catch (error) {
      throw writeError(error, path)
    }
  }

  append(line: string): void {
    let rest = Buffer.from(`${this.#isCut ? '\n' : ''}${line}\n`)
    try {
      while (rest.length > 0) {
        rest = rest.subarray(writeSync(this.#descriptor, rest))
        this.#isCut = rest.length > 0
      }
    } catch (error) {
      throw writeError(error, this.path)
    }
  }

  close(): void {
    fsyncSync(this.#descriptor)
    closeSync(this.#descriptor)
  }
}

function endsInsideLine(descriptor: number): boolean {
  const { size } = fstatSync(descriptor)
  const last = Buffer.alloc(1)
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last.toString() !== '\n'
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (isAbsent(systemCode(error))) return false
    throw error
  }
}

/** Throws where a path is a device, pipe or socket, which a rename would replace. */
export async function refuseSpecialFile(path: string): Promise<void> {
  const stats = await stat(path).catch(ignoreMissing)
  if (stats === undefined || stats.isFile() || stats.isDirectory()) return
  throw new AppError('output_unwritable', `${path} is not a regular file`, {
    hint: 'Name a file; what goes to standard output can be redirected by the shell.',
  })
}

/** Clears up after a failed write, which is the error to report whatever happens here. */
async function discard(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined)
}

function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`)
}

function retiredName(path: string): string {
  return join(dirname(path), `.${basename(path)}.retired`)
}

/** Makes a rename in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function isAbsent(code: string): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR'
}

function ignoreMissing(error: unknown): void {
  if (systemCode(error) !== 'ENOENT') throw error
}

/** A path as people read it: relative where it lies below the working directory, else whole. */
export function shownPath(path: string, cwd: string): string {
  const short = relative(cwd, path)
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short
}
