import { resolve } from 'node:path'
import { AppError } from '../../core/errors.js'
import { shownPath } from '../../core/files.js'
import type { SqlExportConfig } from '../../spec/types.gen.js'
import type { ExportOrigin } from '../../sql/record.js'
import type { MirrorCounts } from '../../sql/runs/mirror.js'
import type { Output } from '../base.js'
import type { Context } from '../context.js'

export interface RunsRequest extends ExportOrigin {
  readonly config: SqlExportConfig
  readonly isDry: boolean
  readonly resume: boolean
}

/** `sql-export source=runs`: writes the run store to a database and records that. */
export async function runRunsExport(
  { config, isDry, resume, ...origin }: RunsRequest,
  context: Context,
): Promise<Output> {
  refuse(resume, '--resume', 'an export of runs is one transaction: repeat it')
  refuse(config.output !== null, 'output', 'the runs are written to the database')
  if (isDry) return plan(config, context)
  const { exportRuns } = await import('../../sql/runs/export-runs.js')
  const { recordExport } = await import('../../sql/record.js')
  const work = () => exportRuns(config, context)
  const result = await recordExport(config, origin, context, work)
  const lines = [
    `runs    ${describe(result.runs)}`,
    `sweeps  ${describe(result.sweeps)}`,
    `${result.rows} rows written to ${result.database}`,
    `recorded in ${shownPath(result.run, context.cwd)}`,
  ]
  return { result, text: lines.join('\n') }
}

/** What `--dry-run` shows: the tables; the database is not opened. */
async function plan({ run, database }: SqlExportConfig, context: Context): Promise<Output> {
  const { runsStatements } = await import('../../sql/runs/open-tables.js')
  const { databaseKind } = await import('../../sql/databases.js')
  const { openSecrets } = await import('../../core/secrets.js')
  const url = database.url === null ? null : openSecrets(database.url, context.env).text
  const statements = runsStatements(databaseKind(url).dialect)
  const root = resolve(context.cwd, run.root)
  return {
    result: { root, statements },
    text: `-- runs of ${root}\n${statements.map((statement) => `${statement};\n`).join('')}`,
  }
}

function describe({ added, changed, unchanged, removed, skipped }: MirrorCounts): string {
  const counts = { added, changed, unchanged, removed, skipped }
  const shown = Object.entries(counts).filter(([, count]) => count > 0)
  return shown.length === 0 ? 'none' : shown.map(([what, count]) => `${count} ${what}`).join(', ')
}

function refuse(isGiven: boolean, what: string, why: string): void {
  if (!isGiven) return
  throw new AppError('usage', `${what} has no meaning with source=runs: ${why}`)
}
