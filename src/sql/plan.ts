import type { SqlExportConfig } from '../spec/types.gen.js'
import { catalogQuery } from './catalog/query.js'
import { databaseKind, type Query } from './databases.js'
import { neededColumns, outputColumns } from './output/columns.js'
import { planTarget } from './output/target.js'

/** The query an export would run, for `--dry-run`; no database is opened. `text` is an SQL script for people. */
export function planExport(config: SqlExportConfig, cwd: string): { result: Query; text: string } {
  const { format } = planTarget(config, cwd)
  const columns = neededColumns(outputColumns(config, format))
  const query = catalogQuery(databaseKind(config.database.url).dialect, config, { columns })
  const lines = query.sql
    .replace(/ (from|left join|order by) /g, '\n$1 ')
    .replaceAll('", ', '",\n  ')
  const parameters = query.parameters.map((value) => JSON.stringify(value)).join(', ')
  return { result: query, text: `-- parameters: ${parameters}\n${lines};\n` }
}
