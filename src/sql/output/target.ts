import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '../../core/errors.js'
import type { SqlExportConfig } from '../../spec/types.gen.js'
import type { OpenedDatabase } from '../databases.js'
import { compressions, type CompressionName } from './compression.js'
import { formats, type FormatName } from './formats.js'

/** Where an export goes to and in which form. */
export interface Target {
  readonly format: FormatName
  readonly compression: CompressionName
  /** The file; null is standard output. */
  readonly path: string | null
}

type OutputConfig = Pick<SqlExportConfig, 'format' | 'compression' | 'output'>

/** Settles what `auto` means from the name of the output, and refuses what cannot be. */
export function planTarget(config: OutputConfig, cwd: string): Target {
  const { output } = config
  const isFile = output !== null && output !== '-'
  if (isFile) refuseDirectory(resolve(cwd, output))
  const name = isFile ? output.toLowerCase() : ''
  const told = compressionOf(name)
  const compression = config.compression === 'auto' ? told : config.compression
  const bare = name.slice(0, name.length - compressions[told].extension.length)
  const format = config.format === 'auto' ? formatOf(bare, isFile) : config.format
  if (compression !== 'none' && (format === 'parquet' || format === 'sqlite')) {
    throw new AppError(
      'config_conflict',
      `A ${format} file is not compressed with ${compression}`,
      {
        hint: 'Parquet is compressed inside, and SQLite could not be read; csv, ndjson and json can be compressed.',
      },
    )
  }
  if (format === 'sqlite' && !isFile) {
    throw new AppError('config_conflict', 'An SQLite database cannot go to standard output', {
      hint: 'Name a file: output=catalog.db.',
    })
  }
  return { format, compression, path: isFile ? resolve(cwd, output) : null }
}

function compressionOf(name: string): CompressionName {
  const found = Object.entries(compressions).find(
    ([, { extension }]) => extension !== '' && name.endsWith(extension),
  )
  return found === undefined ? 'none' : (found[0] as CompressionName)
}

function formatOf(name: string, isFile: boolean): FormatName {
  if (!isFile) return 'csv'
  const found = Object.entries(formats).find(([, { extensions }]) =>
    extensions.some((extension) => name.endsWith(extension)),
  )
  if (found !== undefined) return found[0] as FormatName
  const known = Object.values(formats).flatMap(({ extensions }) => extensions)
  throw new AppError('config_conflict', `The name of the output does not tell its format`, {
    hint: `Add format=${Object.keys(formats).join('|')}, or end the name in one of ${known.join(', ')}.`,
  })
}

function refuseDirectory(path: string): void {
  if (!isDirectory(path)) return
  throw new AppError('output_unwritable', `${path} is a directory`, { hint: 'Name a file in it.' })
}

/** What cannot be looked at cannot be written either, and is refused when it is tried. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** An export must never replace the SQLite file that it reads, by whatever name, nor one of the files beside it. */
export function refuseSource({ path }: Target, { file }: OpenedDatabase): void {
  if (path === null || file === null) return
  const output = realPath(path)
  const source = realPath(file)
  const files = ['', '-wal', '-shm', '-journal'].map((ending) => source + ending)
  if (!files.includes(output) && !isSameFile(path, file)) return
  throw new AppError('config_conflict', `The output ${path} is the database that is exported`, {
    hint: 'Choose another output.',
  })
}

/** A path without links; the file itself need not be there. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return isDirectory(dirname(path)) ? join(realpathSync(dirname(path)), basename(path)) : path
  }
}

/** Hard links have different paths. */
function isSameFile(one: string, other: string): boolean {
  try {
    const [a, b] = [one, other].map((path) => statSync(path, { bigint: true }))
    return a?.ino === b?.ino && a?.dev === b?.dev
  } catch {
    return false
  }
}
