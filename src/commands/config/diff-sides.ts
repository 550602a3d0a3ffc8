import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { splitWords } from '../../config/diff.js'
import { toPlain } from '../../config/plain.js'
import { showConfig } from '../../config/show.js'
import { readYaml } from '../../config/yaml/read.js'
import { AppError } from '../../core/errors.js'
import type { Roots } from '../../spec/types.gen.js'
import { resolveRun } from '../../store/references.js'
import type { Context } from '../context.js'
import { runRoot } from '../run-root.js'

/** One side of a comparison: what was named, and the config it stands for. */
export interface Side {
  readonly source: { readonly kind: 'words' | 'file'; readonly name: string }
  readonly config: unknown
}

/** Reads one side: words are composed, paths and runs are read as they were written. */
export async function readSide(
  text: string,
  root: keyof Roots | null,
  context: Context,
): Promise<Side> {
  const path = resolve(context.cwd, text)
  if (text !== '' && isFile(path)) return readSpecFile(path, text)
  const words = splitWords(text)
  if (words.every((word) => /^[~+]|=/.test(word))) {
    const options = { resolve: true, package: undefined }
    const { config } = showConfig(root, words, context, options)
    return { source: { kind: 'words', name: text }, config }
  }
  const run = await resolveRun(text, await runRoot([], context))
  return readSpecFile(join(run, 'spec.json'), join(run, 'spec.json'))
}

function readSpecFile(path: string, name: string): Side {
  return { source: { kind: 'file', name }, config: parse(readFileSync(path, 'utf8'), name) }
}

function parse(text: string, file: string): unknown {
  if (!file.endsWith('.json')) {
    const node = readYaml({ file, text, layer: file })
    return node === undefined ? null : toPlain(node)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AppError('run_corrupt', `${file} is not valid JSON`, { cause: error })
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
