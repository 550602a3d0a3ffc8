import { readFile } from 'node:fs/promises'
import { dirname, extname, relative, resolve, sep } from 'node:path'
import { systemCode } from '../core/errors.js'
import { canonicalJson, sha256 } from '../core/hash.js'

/** One file of a module's own code. */
export interface SourceFile {
  /** Relative to the module's directory, with `/`. */
  readonly path: string
  readonly sha256: string
}

/** A module's code: the file itself and every file that it imports by a relative path, and they in turn. */
export interface SourceFiles {
  /** In the order of their paths. */
  readonly files: readonly SourceFile[]
  /** The identity of them all, wherever they lie. */
  readonly sha256: string
}

/**
 * Reads a module's code. Imports are found by their text, so that one in a comment counts too if there is such a file;
 * packages do not count, nor does what is imported by a computed path or read as data.
 */
export async function sourceFiles(module: string): Promise<SourceFiles> {
  const known = new Map<string, string>()
  const waiting = [module]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (known.has(path)) continue
    const bytes = path === module ? await readFile(path) : await readIfThere(path)
    if (bytes === undefined) continue
    known.set(path, sha256(bytes))
    if (code.has(extname(path))) waiting.push(...importsOf(bytes.toString(), path))
  }
  const files = [...known]
    .map(([path, hash]) => ({
      path: relative(dirname(module), path).split(sep).join('/'),
      sha256: hash,
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  return { files, sha256: sha256(canonicalJson(files)) }
}

const code = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'])

const relativeImport =
  /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*(['"`])(\.{1,2}\/[^'"`\n$]+)\1/g

function importsOf(text: string, from: string): string[] {
  return [...text.matchAll(relativeImport)].flatMap(([, , specifier = '']) => {
    const path = resolve(dirname(from), decodeURIComponent(specifier.replace(/[?#].*$/, '')))
    // Only `require` adds an ending.
    return extname(path) === '' ? [path, `${path}.js`, `${path}.cjs`, `${path}.json`] : [path]
  })
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes(systemCode(error))) return undefined
    throw error
  }
}
