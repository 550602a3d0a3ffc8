import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Location } from '../core/errors.js'
import { packageRoot } from '../core/package-root.js'

/** Where in the user's own files an error was thrown: the first line of its stack that is neither Node's nor a package's. */
export function ownPlace(error: unknown): Location | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const [, url, path, line, column] of stack.matchAll(places)) {
    const file = url === undefined ? (path as string) : fileURLToPath(url)
    if (theirs.some((part) => file.includes(part))) continue
    return { file, line: Number(line), ...(column !== undefined && { column: Number(column) }) }
  }
  return undefined
}

/** Files that are no user's: Atelier's own, built or not, and packages. */
const theirs = [
  join(packageRoot, 'dist', sep),
  join(packageRoot, 'src', sep),
  `${sep}node_modules${sep}`,
]

/** `file:///a/b.js:12:9`, `/a/b.js:12:9`, and the `file:///a/b.js:12` that an error of syntax begins with. */
const places = /(?:(file:\/\/[^\s()]+?)|(?<=^|[\s(])(\/[^\s():]+)):(\d+)(?::(\d+))?(?=[\s)]|$)/g
