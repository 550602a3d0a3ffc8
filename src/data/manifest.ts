import { readFile } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import { AppError } from '../core/errors.js'
import { writeJson } from '../core/files.js'
import { recordVersion } from '../spec/run-spec.js'
import { unreadable } from './unreadable.js'

/** What files were like at some time. */
export interface Manifest {
  /** The directory that the paths begin at, absolute. */
  readonly root: string
  /** Whether it lists all files below the root, so that another one is an addition. */
  readonly complete: boolean
  /** Sorted by path. */
  readonly files: readonly ManifestFile[]
}

export interface ManifestFile {
  /** From the root on, with `/` between folders. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** Writes a manifest, whole or not at all; its root is kept relative to it, so that both can be moved together. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  const { root, complete, files } = manifest
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const from = relative(dirname(path), root).replaceAll(sep, '/')
  await writeJson(path, {
    record_version: recordVersion,
    kind: 'data_snapshot',
    root: from === '' ? '.' : from,
    complete,
    count: files.length,
    bytes,
    files,
  })
}

/** Reads a manifest; one that is damaged, or names files outside of its root, is `data_corrupt`. */
export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  const record = parse(text)
  if (record === undefined) throw corrupt(path, 'it is no JSON object')
  const { record_version: version, kind, root, complete, files } = record
  if (kind !== 'data_snapshot') throw corrupt(path, 'it is no manifest of `data snapshot`')
  if (typeof version !== 'number' || version > recordVersion) {
    throw new AppError(
      'record_too_new',
      `${path} has record version ${String(version)}; this version of atelier reads up to ${recordVersion}`,
    )
  }
  if (typeof root !== 'string' || typeof complete !== 'boolean' || !Array.isArray(files)) {
    throw corrupt(path, 'root, complete or files is missing')
  }
  const wrong = files.findIndex((file) => !isFile(file))
  if (wrong !== -1) throw corrupt(path, `files[${wrong}] is not a path with bytes and sha256`)
  return { root: resolve(dirname(path), root), complete, files: files as ManifestFile[] }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return value !== null && typeof value === 'object'
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function isFile(value: unknown): value is ManifestFile {
  if (value === null || typeof value !== 'object') return false
  const { path, bytes, sha256 } = value as Record<string, unknown>
  return (
    typeof path === 'string' &&
    path !== '' &&
    !path.split('/').some((step) => step === '..' || step === '') &&
    Number.isInteger(bytes) &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256)
  )
}

function corrupt(path: string, reason: string): AppError {
  return new AppError('data_corrupt', `${path} cannot be used: ${reason}`, {
    hint: 'Make a manifest with `atelier data snapshot DIRECTORY out=manifest.json`.',
  })
}
