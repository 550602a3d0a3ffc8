import { rootNames } from '../../config/roots.js'
import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'
import { readRoot } from './root-word.js'

/** `config groups`: what can be chosen, where it comes from, and what is chosen by default. */
export class ConfigGroups extends BaseCommand<typeof ConfigGroups> {
  static override summary = 'List the config groups and their options.'
  static override description = `Every group of the search path with its options: what each is, the file it comes from, and
whether it is a default (marked *) of ROOT, or of any command if no ROOT is given.
An option that hides one of the same name further down the search path says so.`
  static override usage = '<%= command.id %> [ROOT] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> sql-export',
    '<%= config.bin %> <%= command.id %> --config-dir conf --json',
  ]
  static override positionals = 1
  static override usesModules = true

  protected async perform(input: Input<typeof ConfigGroups>, context: Context): Promise<Output> {
    const [word] = input.positionals
    const isWhole = word === undefined && context.primary.directory === undefined
    const roots = isWhole ? rootNames : [readRoot(word, context)]
    const { listGroups } = await import('../../config/groups.js')
    const { readSchemaFiles } = await import('../../config/schema-files.js')
    const { renderGroups } = await import('./rendering-groups.js')
    const groups = listGroups(roots, context, readSchemaFiles())
    return { result: { groups }, text: renderGroups(groups) }
  }
}
