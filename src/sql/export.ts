import { resolve } from 'node:path'
import { writeFileAtomic } from '../core/files.js'
import type { SqlExportConfig } from '../spec/types.gen.js'
import { catalogQuery, type CatalogColumn } from './catalog/query.js'
import { findCatalog } from './catalog/schema.js'
import { databaseKind, openDatabase, type Query, type TextRow } from './databases.js'
import { formats, type CatalogRow } from './formats.js'

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

const columns = [
  ...(['product_id', 'title', 'image_id', 'image_url'] as const),
  ...(['description_id', 'country', 'type', 'description'] as const),
] satisfies CatalogColumn[]

/** The query an export would run, for `--dry-run`; no database is opened. `text` is an SQL script for people. */
export function planExport(config: SqlExportConfig): { result: Query; text: string } {
  const query = catalogQuery(databaseKind(config.database.url).dialect, config, { columns })
  const lines = query.sql
    .replace(/ (from|left join|order by) /g, '\n$1 ')
    .replaceAll('", ', '",\n  ')
  const parameters = query.parameters.map((value) => JSON.stringify(value)).join(', ')
  return { result: query, text: `-- parameters: ${parameters}\n${lines};\n` }
}

/**
 * Exports the product catalog to `config.output`, or hands the text back where that is null. The file appears whole
 * or not at all. Throws the `database_…` codes and `output_unwritable`.
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
  const database = await openDatabase(config.database, { cwd, env })
  try {
    const found = await database.tables(config.schema.namespace)
    const { schema } = findCatalog(found, config.schema, database.name)
    const query = catalogQuery(database.dialect, { ...config, schema }, { columns })
    const rows: TextRow[] = []
    for await (const batch of database.stream(query)) rows.push(...batch)
    const items = rows.map((row) =>
      Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])),
    )
    return { database: database.name, items: items as unknown as readonly CatalogRow[] }
  } finally {
    await database.close()
  }
}
