import { rootNames } from '../../config/roots.js'
import { AppError } from '../../core/errors.js'
import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'
import { withoutPasswords } from './hide-passwords.js'
import { readRoot } from './root-word.js'

/** `config explain`: every layer, word and reference that made a value. */
export class ConfigExplain extends BaseCommand<typeof ConfigExplain> {
  static override summary = 'Explain where a value of the config comes from.'
  static override description = `Every place that set the value is printed in the order it was applied, with file, line and
column, the number of the word on the command line, or the schema whose default it is; then
what its interpolations read, with the origins of that. A mapping shows its values.
ROOT is the command the config is for: ${rootNames.join(', ')}; train if none is given.
The config need not be valid.`
  static override usage = '<%= command.id %> KEY [ROOT] [WORDS...] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> optimizer.lr optimizer=sgd optimizer.lr=0.1',
    '<%= config.bin %> <%= command.id %> model model=softmax',
    '<%= config.bin %> <%= command.id %> split.seed --json',
  ]
  static override positionals = 2
  static override usesModules = true

  protected async perform(input: Input<typeof ConfigExplain>, context: Context): Promise<Output> {
    const [key, rootWord] = input.positionals
    if (key === undefined) {
      throw new AppError('usage', 'Which key?', {
        hint: 'For example: atelier config explain optimizer.lr',
      })
    }
    const root = readRoot(rootWord, context)
    const { draftRoot } = await import('../../config/compose.js')
    const { explainKey } = await import('../../config/explain.js')
    const { renderExplanation } = await import('./rendering.js')
    const explanation = explainKey(key, draftRoot(root, input.words, context), context.env)
    return withoutPasswords({ root, ...explanation }, renderExplanation(explanation))
  }
}
