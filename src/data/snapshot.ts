import { stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { AppError, systemCode } from '../core/errors.js'
import type { DataContext } from './data-set.js'
import { walkDirectory, type WalkedFile } from './directory-walk.js'
import { hashFiles, type Journal } from './hash-files.js'
import { readManifest, type Manifest, type ManifestFile } from './manifest.js'
import { unreadable } from './unreadable.js'

type Context = Pick<DataContext, 'progress' | 'signal'>

/** Hashes all files below a directory, or the given files; the manifest itself, should it lie among them, is left out. */
export async function takeSnapshot(
  paths: readonly string[],
  manifest: string,
  context: Context,
): Promise<Manifest> {
  const [first = ''] = paths
  const complete = paths.length === 1 && (await isDirectory(first))
  const root = complete ? resolve(first) : commonDirectory(paths)
  const files = complete ? await listAll(root, manifest) : await listThese(root, paths)
  if (files.length === 0) {
    throw new AppError('data_missing', `${root} holds no files`)
  }
  return { root, complete, files: await hashFiles(files, journalOf(manifest, 'snapshot'), context) }
}

/** How files differ from a manifest. */
export interface Comparison {
  readonly root: string
  readonly same: number
  readonly missing: readonly string[]
  readonly changed: readonly { readonly expected: ManifestFile; readonly found: FoundFile }[]
  /** Files that the manifest does not list, where it lists all. */
  readonly added: readonly string[]
}

/** What is there in place of a file; not hashed where its size already tells that it changed. */
interface FoundFile {
  readonly bytes: number
  readonly sha256: string | null
}

/** Compares the files below the manifest's root, or below another directory, with the manifest. */
export async function compareWithManifest(
  path: string,
  elsewhere: string | undefined,
  context: Context,
): Promise<Comparison> {
  const manifest = await readManifest(path)
  const root = elsewhere === undefined ? manifest.root : resolve(elsewhere)
  if (!(await isDirectory(root))) {
    throw new AppError('data_missing', `${root} is not a directory`, {
      hint: 'If the files have been moved, name their directory behind the manifest.',
    })
  }
  const listed = new Map(manifest.files.map((file) => [file.path, file]))
  const present = manifest.complete
    ? await listAll(root, path)
    : await listThese(
        root,
        manifest.files.map((file) => join(root, file.path)),
        true,
      )
  const names = new Set(present.map((file) => file.path))
  const isResized = (file: WalkedFile) => {
    const expected = listed.get(file.path)
    return expected !== undefined && expected.bytes !== bytesOf(file)
  }
  const resized = present.filter(isResized)
  const comparable = present.filter((file) => listed.has(file.path) && !isResized(file))
  const hashed = await hashFiles(comparable, journalOf(path, 'verify'), context)
  const expectedOf = (name: string) => listed.get(name) as ManifestFile
  const changed = [
    ...resized.map((file) => ({
      expected: expectedOf(file.path),
      found: { bytes: bytesOf(file), sha256: null },
    })),
    ...hashed
      .filter((file) => file.sha256 !== expectedOf(file.path).sha256)
      .map((file) => ({ expected: expectedOf(file.path), found: file })),
  ]
  return {
    root,
    same: comparable.length + resized.length - changed.length,
    missing: manifest.files.map((file) => file.path).filter((name) => !names.has(name)),
    changed: changed.sort((a, b) => (a.expected.path < b.expected.path ? -1 : 1)),
    added: [...names].filter((name) => !listed.has(name)),
  }
}

/** Beside the manifest, under a hidden name; who verifies may not be allowed to write there. */
function journalOf(manifest: string, task: 'snapshot' | 'verify'): Journal {
  const path = join(dirname(manifest), `.${basename(manifest)}.${task}.part`)
  return { path, optional: task === 'verify' }
}

async function listAll(root: string, manifest: string): Promise<WalkedFile[]> {
  const own = relative(root, resolve(manifest)).replaceAll(sep, '/')
  const hidden = `${own.slice(0, own.lastIndexOf('/') + 1)}.${basename(manifest)}.`
  const { files } = await walkDirectory(root, (path) => path !== own && !path.startsWith(hidden))
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function listThese(
  root: string,
  paths: readonly string[],
  skipAbsent = false,
): Promise<WalkedFile[]> {
  const files: WalkedFile[] = []
  for (const full of paths) {
    const stats = await stat(full).catch((error: unknown) => {
      if (skipAbsent && ['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return undefined
      throw unreadable(full, error)
    })
    if (stats?.isFile() !== true) continue
    const path = relative(root, full).replaceAll(sep, '/')
    files.push({ path, full, stamp: `${stats.size}/${stats.mtimeMs}/${stats.ctimeMs}` })
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function bytesOf({ stamp }: WalkedFile): number {
  return Number(stamp.slice(0, stamp.indexOf('/')))
}

function commonDirectory(paths: readonly string[]): string {
  const steps = paths.map((path) => dirname(resolve(path)).split(sep))
  const [first = []] = steps
  let shared = first.length
  for (const own of steps) {
    const other = first.findIndex((step, index) => own[index] !== step)
    if (other !== -1) shared = Math.min(shared, other)
  }
  return resolve(sep, ...first.slice(0, shared))
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    throw unreadable(path, error)
  }
}
