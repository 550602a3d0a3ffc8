import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { AppError } from '../../core/errors.js'
import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'

/** `config validate`: whether every option of every group composes and is valid. */
export class ConfigValidate extends BaseCommand<typeof ConfigValidate> {
  static override summary = 'Check a whole directory of configs.'
  static override description = `Every primary config is composed, and again with every option of every group it has a place
for; what has a schema is checked against it. All problems are reported at once (exit code
3). Without DIR the built-in configs and those of the project's settings are checked. DIR is
put before them, as by --config-dir, and only its own files are checked; a tree that stands
alone, such as a Hydra project's, is checked by --config-path DIR instead, without a schema.`
  static override usage = '<%= command.id %> [DIR] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> conf',
    '<%= config.bin %> <%= command.id %> --config-path conf --json',
  ]
  static override positionals = 1
  static override usesModules = true

  protected async perform(input: Input<typeof ConfigValidate>, context: Context): Promise<Output> {
    const [directory] = input.positionals
    if (directory !== undefined && !isDirectory(resolve(context.cwd, directory))) {
      throw new AppError('usage', `There is no directory ${directory}`)
    }
    const { validateConfigs } = await import('../../config/validate-directory.js')
    const { combined } = await import('../../config/validate.js')
    const { renderCheck } = await import('./rendering.js')
    const check = validateConfigs(context, directory)
    for (const file of check.unseen) {
      context.log.warn(`${file} is not seen: the name of a config ends in .yaml`)
    }
    const { problems, ...result } = check
    const count = problems.length
    return {
      result: { ...result, problems: count },
      text: renderCheck(check),
      failure: count === 0 ? undefined : combined(problems),
    }
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
