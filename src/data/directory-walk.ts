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

/** All files and directories below a directory, links followed; a link around in a circle is `data_mismatch`. */
export async function walkDirectory(
  root: string,
  wanted: (path: string) => boolean,
): Promise<{ files: WalkedFile[]; directories: string[] }> {
  const files: WalkedFile[] = []
  const directories: string[] = []

  async function walk(path: string): Promise<void> {
    for (const name of await namesIn(join(root, path))) {
      const inner = path === '' ? name : `${path}/${name}`
      if (!wanted(inner)) continue
      const full = join(root, inner)
      const stats = await stat(full).catch((error: unknown) => {
        throw unreadable(full, error)
      })
      if (stats.isDirectory()) {
        await refuseCircle(full, join(root, path))
        directories.push(inner)
        await walk(inner)
      } else if (stats.isFile()) {
        files.push({ path: inner, full, stamp: `${stats.size}/${stats.mtimeMs}/${stats.ctimeMs}` })
      }
    }
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
