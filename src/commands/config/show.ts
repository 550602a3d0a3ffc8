import { AppError } from '../../core/errors.js'
import { nearest } from '../../core/table.js'
import type { Roots } from '../../spec/types.gen.js'
import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'

const roots = ['train', 'test', 'predict', 'sweep', 'sql-export'] as const satisfies (keyof Roots)[]

/** `config show`: the composed config of a command, as YAML. */
export class ConfigShow extends BaseCommand<typeof ConfigShow> {
  static override summary = 'Print the composed config of a command.'
  static override description = `The config is composed and checked as the command itself would do it, with all defaults filled in.
ROOT is the command it is for: ${roots.join(', ')}; train if none is given.`
  static override usage = '<%= command.id %> [ROOT] [WORDS...] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> model=cnn optimizer.lr=0.01',
    '<%= config.bin %> <%= command.id %> sql-export format=json --json',
  ]
  static override positionals = 1

  protected async perform(input: Input<typeof ConfigShow>, context: Context): Promise<Output> {
    const root = asRoot(input.positionals[0] ?? 'train')
    const { composeRoot } = await import('../../config/compose.js')
    const { stringify } = await import('yaml')
    const { config, choices, layers } = composeRoot(root, input.words, context)
    return { result: { root, config, choices, layers }, text: stringify(config) }
  }
}

function asRoot(name: string): keyof Roots {
  const root = roots.find((candidate) => candidate === name)
  if (root !== undefined) return root
  throw new AppError('usage', `'${name}' is neither a command with a config nor an override`, {
    suggestions: nearest(name, roots),
    hint: `Roots: ${roots.join(', ')}. Overrides are written KEY=VALUE.`,
  })
}
