import { AppError } from '../core/errors.js'
import type { Context } from './context.js'

/** The directory runs are looked for in: what `train` would use, moved by a word `run.root=DIR` alone. */
export async function runRoot(words: readonly string[], context: Context): Promise<string> {
  const other = words.find((word) => !word.startsWith('run.root='))
  if (other !== undefined) {
    throw new AppError('usage', `'${other}' has no meaning here`, {
      hint: 'Only run.root=DIR may be given, to look elsewhere.',
    })
  }
  const { overrides, modules } = context.settings
  if (overrides.some((word) => word.includes('custom/'))) await context.addModules(modules)
  const { composeRoot } = await import('../config/compose.js')
  return composeRoot('train', words, context).config.run.root
}
