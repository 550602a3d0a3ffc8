import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { systemCode } from '../core/errors.js'
import { shownPath } from '../core/files.js'
import { packageRoot } from '../core/package-root.js'
import { configError } from './config-error.js'

/** One place that config files are looked up in; paths are relative to it, with `/`. */
export interface Source {
  /** How the place is shown to the user. */
  readonly name: string
  /** Whether the place is there at all. */
  readonly available: boolean
  /** The file's name for messages and its bytes; undefined where there is no such file. */
  read(path: string): { readonly file: string; readonly text: string } | undefined
  isGroup(path: string): boolean
  /** Names directly inside a group directory. */
  list(group: string): { readonly files: readonly string[]; readonly groups: readonly string[] }
}

/** The configs shipped with the program, beside `dist` and `src`. */
export const builtInDirectory = join(packageRoot, 'configs')

/** Config files in a directory of the file system; file names are shown relative to `cwd`. */
export function directorySource(directory: string, cwd: string): Source {
  const root = resolve(cwd, directory)
  const inside = (path: string): string | undefined => {
    const full = resolve(root, path)
    return path.includes('\0') || (full !== root && !full.startsWith(withSeparator(root)))
      ? undefined
      : full
  }
  return {
    name: shownPath(root, cwd),
    available: isDirectory(root),
    read(path) {
      const full = inside(path)
      if (full === undefined || !isFile(full)) return undefined
      const file = shownPath(full, cwd)
      return { file, text: decode(readBytes(full, file), file) }
    },
    isGroup(path) {
      const full = inside(path)
      return full !== undefined && isDirectory(full)
    },
    list(group) {
      const full = inside(group)
      if (full === undefined || !isDirectory(full)) return { files: [], groups: [] }
      const entries = readdirSync(full).map((name) => ({
        name,
        directory: isDirectory(join(full, name)),
      }))
      return {
        files: entries.filter((entry) => !entry.directory).map((entry) => entry.name),
        groups: entries.filter((entry) => entry.directory).map((entry) => entry.name),
      }
    },
  }
}

/** Config files held in memory, below a virtual directory. */
export function memorySource(files: Readonly<Record<string, string>>, directory = 'conf'): Source {
  const texts = new Map(Object.entries(files).map(([path, text]) => [normalize(path), text]))
  const below = (group: string): string[] => {
    const prefix = group === '' ? '' : `${group}/`
    return [...texts.keys()]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length))
  }
  return {
    name: directory,
    available: texts.size > 0,
    read(path) {
      const text = texts.get(normalize(path))
      return text === undefined ? undefined : { file: `${directory}/${normalize(path)}`, text }
    },
    isGroup(path) {
      return normalize(path) === '' || below(normalize(path)).length > 0
    },
    list(group) {
      const names = below(normalize(group))
      const groups = names.filter((name) => name.includes('/')).map((name) => name.split('/')[0])
      return {
        files: names.filter((name) => !name.includes('/')),
        groups: [...new Set(groups.filter((name) => name !== undefined))],
      }
    },
  }
}

/** The files of an in-memory source that lie below one of its directories, as a source of their own. */
export function memoryBelow(files: Readonly<Record<string, string>>, directory: string): Source {
  const prefix = directory === '' ? '' : `${normalize(directory)}/`
  const inside = Object.entries(files).filter(([path]) => normalize(path).startsWith(prefix))
  return memorySource(
    Object.fromEntries(inside.map(([path, text]) => [normalize(path).slice(prefix.length), text])),
    join('conf', directory),
  )
}

function readBytes(path: string, file: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    const reason = systemCode(error)
    if (reason === '') throw error
    throw configError('other', `${file} cannot be read (${reason})`, { cause: error })
  }
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw configError('yaml', `${file} is not UTF-8 text`, { cause: error })
  }
}

function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function withSeparator(path: string): string {
  return path.endsWith(sep) ? path : path + sep
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false
}

function isDirectory(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false
}

function statOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (['ENOTDIR', 'ENAMETOOLONG', 'EACCES', 'ELOOP'].includes(systemCode(error))) return undefined
    throw error
  }
}
