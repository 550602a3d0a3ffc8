import { AppError } from '../../core/errors.js'
import { BaseCommand, dryRun, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'
import { runRoot } from '../run-root.js'

/** `runs rm`: deletes run directories. */
export class RunsRm extends BaseCommand<typeof RunsRm> {
  static override summary = 'Delete runs with all their files.'
  static override description =
    'Each RUN is a run id, a unique prefix of one, `latest`, or a run directory. All are found before the first is deleted.'
  static override usage = '<%= command.id %> RUN... [FLAGS]'
  static override examples = ['<%= config.bin %> <%= command.id %> 20260102-030405-1a2b3c4d']
  static override flags = { 'dry-run': dryRun }
  static override positionals = Infinity

  protected async perform(input: Input<typeof RunsRm>, context: Context): Promise<Output> {
    if (input.positionals.length === 0) {
      throw new AppError('usage', 'Which runs?', { hint: '`atelier runs list` shows them.' })
    }
    const { findRuns, resolveRun } = await import('../../store/references.js')
    const { removeRun } = await import('../../store/remove-run.js')
    const root = await runRoot(input.words, context)
    const paths = new Set<string>()
    for (const reference of input.positionals) paths.add(await resolveRun(reference, root, findRuns))
    if (!input.flags['dry-run']) {
      for (const path of paths) await removeRun(path, context.clock)
    }
    const verb = input.flags['dry-run'] ? 'would remove' : 'removed'
    return {
      result: { removed: [...paths], dry_run: input.flags['dry-run'] },
      text: [...paths].map((path) => `${verb} ${path}`).join('\n'),
    }
  }
}
