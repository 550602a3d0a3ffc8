import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { AppError, systemCode } from '../core/errors.js'
import type { TrainConfig } from '../spec/types.gen.js'
import { composeFrom, type ComposeContext, type Composed } from './compose.js'
import { createLibrary } from './library.js'
import type { Source } from './sources.js'

/** Reads a frozen `spec.json` as the only config, changed by overrides; options of config groups do not exist for it. */
export function composeSpec(
  path: string,
  words: readonly string[],
  context: ComposeContext,
): Composed<TrainConfig> {
  const library = createLibrary([specSource(path, context.cwd)])
  return composeFrom(library, 'train', words, context)
}

function specSource(path: string, cwd: string): Source {
  const text = asYaml(readSpecText(resolve(cwd, path)))
  const file = relative(cwd, resolve(cwd, path))
  return {
    name: file,
    available: true,
    read: (name) => (name === 'train.yaml' ? { file, text } : undefined),
    isGroup: () => false,
    list: () => ({ files: [], groups: [] }),
  }
}

function readSpecText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error))) throw error
    throw new AppError('run_not_found', `There is no spec at ${path}`, {
      hint: 'Give the path of a spec.json, such as runs/default/RUN/spec.json.',
      cause: error,
    })
  }
}

/**
 * JSON is YAML but for two things: YAML 1.1 reads `1e-8` as text unless it has a point, and a text with `${` in it
 * would be taken for an interpolation, though everything in a spec is resolved.
 */
function asYaml(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|\b\d+e[+-]\d+/g, (token) =>
    token.startsWith('"') ? token.replaceAll('${', '\\\\${') : token.replace('e', '.0e'),
  )
}
