import * as Flags from '@oclif/core/flags'
import { rootNames } from '../../config/roots.js'
import { AppError } from '../../core/errors.js'
import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'
import { withoutPasswords } from './hide-passwords.js'
import { readRoot } from './root-word.js'

/** `config diff`: the keys in which two configs differ. */
export class ConfigDiff extends BaseCommand<typeof ConfigDiff> {
  static override summary = 'Compare two configs: words, specs or runs.'
  static override description = `A and B are each one of
  words       a quoted text of overrides; '' stands for the config without any
  a path      a spec.json, another JSON or YAML file, or a run directory
  a run       an id, a unique prefix of one, or \`latest\`
Lists are compared as wholes. That configs differ is no failure.`
  static override usage = '<%= command.id %> A B [FLAGS]'
  static override examples = [
    "<%= config.bin %> <%= command.id %> '' 'model=cnn optimizer.lr=0.01'",
    "<%= config.bin %> <%= command.id %> 'optimizer=adam' 'optimizer=sgd'",
    "<%= config.bin %> <%= command.id %> latest 'data=fashion_mnist'",
    '<%= config.bin %> <%= command.id %> runs/default/ONE/spec.json runs/default/OTHER/spec.json',
  ]
  static override positionals = 2
  static override literalWords = true
  static override flags = {
    root: Flags.string({
      summary: `The command whose config words change: ${rootNames.join(', ')}.`,
      helpValue: 'ROOT',
    }),
  }
  static override usesModules = true

  protected async perform(input: Input<typeof ConfigDiff>, context: Context): Promise<Output> {
    const [a, b] = input.positionals
    if (a === undefined || b === undefined) {
      throw new AppError('usage', 'Compare which two configs?', {
        hint: "For example: atelier config diff '' 'model=cnn'",
      })
    }
    const root = readRoot(input.flags.root, context)
    const { readSide } = await import('./diff-sides.js')
    const { diffConfigs } = await import('../../config/diff.js')
    const { renderDiff } = await import('./rendering.js')
    const [from, to] = [await readSide(a, root, context), await readSide(b, root, context)]
    const difference = diffConfigs(from.config, to.config)
    const result = { a: from.source, b: to.source, ...difference }
    return withoutPasswords(result, renderDiff(difference))
  }
}
