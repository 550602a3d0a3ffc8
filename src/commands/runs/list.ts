import { formatTable } from '../../core/terminal.js'
import { BaseCommand, type Input, type Output } from '../base.js'
import type { RunSummary } from '../../store/run-summary.js'
import type { Context } from '../context.js'
import { runRoot } from '../run-root.js'

/** `runs list`: every run under the run root, recorded exports too, oldest first. */
export class RunsList extends BaseCommand<typeof RunsList> {
  static override summary = 'List the runs, oldest first.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> run.root=elsewhere --json',
  ]

  protected async perform(input: Input<typeof RunsList>, context: Context): Promise<Output> {
    const { findRuns } = await import('../../store/references.js')
    const { summarizeRun } = await import('../../store/run-summary.js')
    const root = await runRoot(input.words, context)
    const paths = await findRuns(root)
    const runs = await Promise.all(paths.map((path) => summarizeRun(path, context.clock)))
    const rows = runs.map((run) => [
      ...[run.id, run.experiment, run.state, run.model],
      run.export?.database ?? run.data,
      run.outcome === null ? null : run.outcome.epochs,
      resultOf(run),
    ])
    const header = ['run', 'experiment', 'state', 'model', 'data', 'epochs', 'result']
    const text = runs.length === 0 ? `No runs under ${root} yet.` : formatTable(header, rows)
    return { result: runs, text }
  }
}

function resultOf({ outcome, export: exported }: RunSummary): string | null {
  if (exported !== null) return `${exported.rows} rows`
  return outcome?.best ? `${outcome.best.monitor} ${outcome.best.value.toFixed(4)}` : null
}
