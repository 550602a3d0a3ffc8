import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { AppError } from '../core/errors.js'
import { unreadable } from './unreadable.js'

/** A file below a directory. */
export interface WalkedFile {
  /** From the directory on, with `/` between folders. */
  readonly path: string
  readonly full: string
  /** Size and times of the last changes of content and attributes: another text when the content is another. */
  readonly stamp: string
}

const atOnce = 32

/** All files and directories below a directory, links followed; a link around in a circle is `data_mismatch`. */
export async function walkDirectory(
  root: string,
  wanted: (path: string) => boolean,
): Promise<{ files: WalkedFile[]; directories: string[] }> {
  const files: WalkedFile[] = []
  const directories: string[] = []

  async function walk(path: string): Promise<void> {
    const names = await namesIn(join(root, path))
    const inside = names.map((name) => (path === '' ? name : `${path}/${name}`)).filter(wanted)
    for (let start = 0; start < inside.length; start += atOnce) {
      const some = inside.slice(start, start + atOnce)
      for (const { inner, full, stats } of await Promise.all(some.map(inspect))) {
        if (stats.isDirectory()) {
          await refuseCircle(full, join(root, path))
          directories.push(inner)
          await walk(inner)
        } else if (stats.isFile()) {
          const stamp = `${stats.size}/${stats.mtimeMs}/${stats.ctimeMs}`
          files.push({ path: inner, full, stamp })
        }
      }
    }
  }

  async function inspect(inner: string) {
    const full = join(root, inner)
    const stats = await stat(full).catch((error: unknown) => {
      throw unreadable(full, error)
    })
    return { inner, full, stats }
  }

  await walk('')
  return { files, directories }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort()
  } catch (error) {
    throw unreadable(directory, error)
  }
}

async function refuseCircle(directory: string, parent: string): Promise<void> {
  const [own, above] = await Promise.all([realpath(directory), realpath(parent)])
  if (!`${above}${sep}`.startsWith(`${own}${sep}`)) return
  throw new AppError('data_mismatch', `${directory} is a link to a directory that it lies in`, {
    hint: 'Remove the link.',
  })
}
