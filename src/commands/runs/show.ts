import { join } from 'node:path'
import { AppError } from '../../core/errors.js'
import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'
import { runRoot } from '../run-root.js'

/** `runs show`: what one run was made from and what it came to. */
export class RunsShow extends BaseCommand<typeof RunsShow> {
  static override summary = 'Show one run: outcome, spec, and where it came from.'
  static override description = 'RUN is a run id, a unique prefix of one, `latest`, or a run directory.'
  static override usage = '<%= command.id %> RUN [FLAGS]'
  static override examples = ['<%= config.bin %> <%= command.id %> latest']
  static override positionals = 1

  protected async perform(input: Input<typeof RunsShow>, context: Context): Promise<Output> {
    const [reference] = input.positionals
    if (reference === undefined) {
      throw new AppError('usage', 'Which run?', { hint: 'For example: atelier runs show latest' })
    }
    const { stringify } = await import('yaml')
    const { readJson } = await import('../../core/files.js')
    const { findRuns, resolveRun } = await import('../../store/references.js')
    const { readSpec } = await import('../../store/run-directory.js')
    const { summarizeRun } = await import('../../store/run-summary.js')
    const path = await resolveRun(reference, await runRoot(input.words, context), findRuns)
    const summary = await summarizeRun(path, context.clock)
    const isExport = summary.command === 'sql-export'
    const spec = await (isExport ? readJson(join(path, 'spec.json')) : readSpec(path))
    const lock = await readJson(join(path, 'spec.lock.json'))
    return {
      result: { ...summary, spec, lock },
      text: `${stringify(summary)}\n${stringify({ spec })}`,
    }
  }
}
