import type { SqlExportConfig } from '../spec/types.gen.js'
import { formatSql } from './catalog/format-sql.js'
import { missingIndexes } from './catalog/missing-indexes.js'
import { catalogQuery } from './catalog/query.js'
import { findCatalog } from './catalog/schema.js'
import { openDatabase, type DatabaseContext, type DialectName, type Query } from './databases.js'
import { neededColumns, outputColumns } from './output/columns.js'
import { planTarget, refuseSource } from './output/target.js'

/** What an export would do. */
export interface ExportPlan {
  readonly database: string
  readonly dialect: DialectName
  readonly query: Query
  /** How the database would run the query, in its own words. */
  readonly plan: string
  readonly warnings: readonly string[]
  readonly schema_fingerprint: string
}

/**
 * The query an export would run and the database's plan for it, for `--dry-run`. The database is asked for its tables
 * and the plan, but for no row; nothing is written. `text` is an SQL script for people.
 */
export async function planExport(
  config: SqlExportConfig,
  context: DatabaseContext,
): Promise<{ result: ExportPlan; text: string }> {
  const target = planTarget(config, context.cwd)
  const columns = neededColumns(outputColumns(config, target.format))
  const database = await openDatabase(config.database, context)
  try {
    refuseSource(target, database)
    const tables = await database.tables(config.schema.namespace)
    const catalog = findCatalog(tables, config.schema, database.name)
    const settings = { ...config, schema: catalog.schema }
    const query = catalogQuery(database.dialect, settings, { columns })
    const result = {
      database: database.name,
      dialect: database.dialect,
      query,
      plan: await database.explain(query),
      warnings: missingIndexes(catalog),
      schema_fingerprint: catalog.fingerprint,
    }
    return { result, text: planText(result) }
  } finally {
    await database.close()
  }
}

function planText({ database, query, plan }: ExportPlan): string {
  const parameters = query.parameters.map((value) => JSON.stringify(value)).join(', ')
  return [
    `-- ${database}`,
    `-- parameters: ${parameters}`,
    `${formatSql(query.sql)};`,
    '',
    '-- plan:',
    // A carriage return ends a comment too, and PostgreSQL's plans have some.
    ...plan.split(/[\r\n]+/).map((line) => `-- ${line}`),
    '',
  ].join('\n')
}
