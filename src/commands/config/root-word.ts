import { rootNames } from '../../config/roots.js'
import { AppError } from '../../core/errors.js'
import { nearest } from '../../core/table.js'
import type { Roots } from '../../spec/types.gen.js'
import type { Context } from '../context.js'

/**
 * The command that a config is for: `train` if no word says it, or none, and so no schema, if `--config-name` names a
 * config of the user's own.
 */
export function readRoot(word: string | undefined, { primary }: Context): keyof Roots | null {
  const own = word === undefined && (primary.name ?? primary.directory) !== undefined
  const name = word ?? primary.name ?? 'train'
  const root = rootNames.find((candidate) => candidate === name)
  if (root !== undefined && !(own && primary.directory !== undefined)) return root
  if (own) return null
  throw new AppError('usage', `'${name}' is neither a command with a config nor an override`, {
    suggestions: nearest(name, rootNames),
    hint: `Roots: ${rootNames.join(', ')}. Overrides are written KEY=VALUE.`,
  })
}
