import * as Flags from '@oclif/core/flags'
import { rootNames } from '../../config/roots.js'
import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'
import { withoutPasswords } from './hide-passwords.js'
import { readRoot } from './root-word.js'

const views = ['yaml', 'origins', 'defaults', 'tree', 'choices'] as const

function view(name: (typeof views)[number], summary: string) {
  return Flags.boolean({ summary, exclusive: views.filter((other) => other !== name) })
}

/** `config show`: the composed config of a command, as YAML, and how it came to be. */
export class ConfigShow extends BaseCommand<typeof ConfigShow> {
  static override summary = 'Print the composed config of a command.'
  static override description = `The config is composed and checked as the command itself would do it, with all defaults filled in.
ROOT is the command it is for: ${rootNames.join(', ')}; train if none is given.

Any config tree of Hydra's kind can be shown: --config-path conf --config-name config
composes conf/config.yaml, without a schema and without the built-in configs.`
  static override usage = '<%= command.id %> [ROOT] [WORDS...] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> model=cnn optimizer.lr=0.01 --origins',
    '<%= config.bin %> <%= command.id %> --package optimizer optimizer=sgd',
    '<%= config.bin %> <%= command.id %> sweep --tree',
    '<%= config.bin %> <%= command.id %> sql-export format=json --json',
  ]
  static override positionals = 1
  static override flags = {
    yaml: view('yaml', 'Print plain YAML (what is printed anyway).'),
    origins: view('origins', 'Say behind each value where it comes from.'),
    defaults: view('defaults', 'Print the defaults list: what is merged, in order.'),
    tree: view('tree', 'Print the defaults lists as a tree.'),
    choices: view('choices', 'Print the option chosen from each group.'),
    package: Flags.string({ summary: 'Show only the part below a key.', helpValue: 'KEY' }),
    resolve: Flags.boolean({
      summary: 'Resolve interpolations and check the config; --no-resolve shows it as written.',
      allowNo: true,
      default: true,
    }),
  }
  static override usesModules = true

  protected async perform(input: Input<typeof ConfigShow>, context: Context): Promise<Output> {
    const { flags, words } = input
    const root = readRoot(input.positionals[0], context)
    const { showConfig } = await import('../../config/show.js')
    const { renderShown } = await import('./rendering.js')
    const { origins, defaults, tree, ...shown } = showConfig(root, words, context, flags)
    const result = {
      ...shown,
      defaults,
      ...(flags.tree && { tree }),
      ...(flags.origins && { origins: Object.fromEntries(origins) }),
    }
    return withoutPasswords(result, renderShown({ ...shown, origins, defaults, tree }, flags))
  }
}
