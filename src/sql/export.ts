import { resolve } from 'node:path'
import { writeFileAtomic } from '../core/files.js'
import { openSecrets } from '../core/secrets.js'
import type { SqlExportConfig } from '../spec/types.gen.js'
import { parseDatabaseUrl, type Database } from './databases.js'
import { formats } from './formats.js'
import { catalogQuery, type CatalogRow, type Query } from './query.js'
import { checkSchema } from './schema.js'

type Environment = Readonly<Record<string, string | undefined>>

/** What an export did: from where, how much, and where to. */
export interface ExportResult {
  readonly database: string
  readonly format: SqlExportConfig['format']
  /** The file written; null if the text is for standard output. */
  readonly output: string | null
  readonly products: number
  /** Rows of the query: one per product, image and description. */
  readonly rows: number
  /** The exported records themselves, if no file was written. */
  readonly records: readonly unknown[] | null
}

/** The query an export would run, for `--dry-run`; no database is opened. `text` is an SQL script for people. */
export function planExport(config: SqlExportConfig): { result: Query; text: string } {
  const { kind } = parseDatabaseUrl(config.database.url)
  const query = catalogQuery(kind.dialect, config)
  const lines = query.sql
    .replace(/ (from|left join|order by) /g, '\n$1 ')
    .replaceAll('", ', '",\n  ')
  const parameters = query.parameters.map((value) => JSON.stringify(value)).join(', ')
  return { result: query, text: `-- parameters: ${parameters}\n${lines};\n` }
}

/**
 * Exports the product catalog to `config.output`, or hands the text back where that is null. The file appears whole
 * or not at all. Throws `database_failed` and `output_unwritable`.
 */
export async function exportCatalog(
  config: SqlExportConfig,
  cwd: string,
  env: Environment = {},
): Promise<{ result: ExportResult; text: string }> {
  const rows = await readCatalog(config, cwd, env)
  const format = formats[config.format]
  const records = format.records(rows.items)
  const text = format.text(records)
  const output = config.output === null ? null : resolve(cwd, config.output)
  if (output !== null) await writeFileAtomic(output, text)
  const result = {
    database: rows.database,
    format: config.format,
    output,
    products: new Set(rows.items.map((row) => row.product_id)).size,
    rows: rows.items.length,
    records: output === null ? records : null,
  }
  return { result, text }
}

async function readCatalog(
  config: SqlExportConfig,
  cwd: string,
  env: Environment,
): Promise<{ database: string; items: readonly CatalogRow[] }> {
  const url = openSecrets(config.database.url ?? '', env)
  let database: Database | undefined
  try {
    const { kind, place } = parseDatabaseUrl(config.database.url === null ? null : url.text)
    database = await kind.open(place, cwd)
    checkSchema(await database.tables(), database.name)
    const items = await database.rows<CatalogRow>(catalogQuery(kind.dialect, config))
    return { database: url.mask(database.name), items }
  } catch (error) {
    throw url.maskError(error)
  } finally {
    database?.close()
  }
}
