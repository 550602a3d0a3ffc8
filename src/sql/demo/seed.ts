import { AppError } from '../../core/errors.js'
import type { Log } from '../../core/log.js'
import type { Progress } from '../../core/terminal.js'
import type { CatalogConfig } from '../../spec/types.gen.js'
import type { TextRow, WritableDatabase } from '../databases.js'
import { createTableToFill, tableName, type TablePlace } from '../tables.js'
import { findTables } from './find-tables.js'
import type { DemoOptions } from './outline.js'
import { demoTables, type DemoTable } from './tables.js'

export interface SeedOptions extends DemoOptions {
  /** Whether tables that an earlier demo made may be dropped. */
  readonly replace: boolean
}

export interface SeedContext {
  readonly progress: Progress
  readonly log: Log
  readonly signal: AbortSignal
}

export interface SeedResult {
  readonly database: string
  readonly products: number
  readonly seed: number
  /** The rows of each table. */
  readonly rows: Readonly<Record<string, number>>
}

/** What a demo table says of itself; only tables that say so are ever dropped. */
const comment = 'A demo made by atelier sql-export seed-demo'

/** The statements that make the demo catalog, around the loading of its rows. */
export function demoStatements(schema: CatalogConfig, dialect: WritableDatabase['dialect']) {
  const place: TablePlace = { dialect, namespace: schema.namespace }
  const tables = demoTables(schema).map(({ definition }) =>
    createTableToFill(definition, place, comment),
  )
  return {
    before: tables.flatMap(({ before }) => before),
    after: tables.flatMap(({ after }) => after),
  }
}

/**
 * Makes and fills the four tables of the catalog, with the same rows in every database. Stopped or failed, it leaves
 * none of them. Throws `database_failed` if tables of these names are there, unless they are a demo to be replaced.
 */
export async function seedDemo(
  schema: CatalogConfig,
  database: WritableDatabase,
  options: SeedOptions,
  context: SeedContext,
): Promise<SeedResult> {
  const place: TablePlace = { dialect: database.dialect, namespace: schema.namespace }
  const tables = demoTables(schema)
  const { before, after } = demoStatements(schema, database.dialect)
  await checkTables(tables, database, place, options)
  const rows: Record<string, number> = {}
  const work = async (): Promise<void> => {
    if (options.replace) await dropTables(tables, database, place)
    for (const statement of before) await database.run(statement)
    for (const table of tables) {
      rows[table.definition.name] = await fill(table, database, options, context)
    }
    if (after.length > 0) context.log.info('Making keys and indexes.')
    for (const statement of after) {
      refuseIfStopped(context.signal)
      await database.run(statement)
    }
  }
  try {
    await (database.dialect === 'mysql'
      ? withoutTransaction(work, tables, database, place)
      : database.transaction(work))
  } finally {
    context.progress.stop()
  }
  const { products, seed } = options
  return { database: database.name, products, seed, rows }
}

/** MySQL commits at every DDL statement: what is there after a failure is dropped. */
async function withoutTransaction(
  work: () => Promise<void>,
  tables: readonly DemoTable[],
  database: WritableDatabase,
  place: TablePlace,
): Promise<void> {
  await database.run('set foreign_key_checks = 0')
  try {
    await work()
  } catch (error) {
    await dropTables(tables, database, place).catch(() => undefined)
    throw error
  }
}

async function checkTables(
  tables: readonly DemoTable[],
  database: WritableDatabase,
  place: TablePlace,
  { replace }: SeedOptions,
): Promise<void> {
  const names = tables.map(({ definition }) => definition.name)
  const found = await findTables(names, database, place)
  const foreign = found.filter((table) => table.comment !== comment)
  const inTheWay = replace ? foreign : found
  if (inTheWay.length === 0) return
  const list = inTheWay.map(({ name }) => name).join(', ')
  const isOwn = foreign.length === 0
  throw new AppError(
    'database_failed',
    `${database.name} already has ${list}; nothing was changed`,
    {
      hint: isOwn
        ? 'They are a demo: --replace makes it anew.'
        : 'They were not made by seed-demo and are never dropped by it. Name other tables with schema.product.table and so on.',
    },
  )
}

/** Those that refer to others first. */
async function dropTables(
  tables: readonly DemoTable[],
  database: WritableDatabase,
  place: TablePlace,
): Promise<void> {
  for (const { definition } of [...tables].reverse()) {
    await database.run(`drop table if exists ${tableName(definition.name, place)}`)
  }
}

async function fill(
  { definition, rows }: DemoTable,
  database: WritableDatabase,
  options: DemoOptions,
  { progress, signal }: SeedContext,
): Promise<number> {
  progress.start(definition.name, options.products)
  async function* pieces(): AsyncGenerator<readonly TextRow[]> {
    let done = 0
    for (const piece of rows(options)) {
      // A signal is heard between two pieces only if the loop lets go.
      await new Promise((resolve) => setImmediate(resolve))
      refuseIfStopped(signal)
      yield piece.rows
      done += piece.products
      progress.update(done, 'products')
    }
  }
  const columns = definition.columns.map(({ name }) => name)
  return database.load(definition.name, columns, pieces())
}

function refuseIfStopped(signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new AppError('interrupted', 'Stopped; the tables were not made')
}
