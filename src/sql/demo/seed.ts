import { AppError } from '../../core/errors.js'
import type { Log } from '../../core/log.js'
import type { Progress } from '../../core/terminal.js'
import type { CatalogConfig } from '../../spec/types.gen.js'
import { quoteName } from '../connections/quote.js'
import type { DialectName, TextRow, WritableDatabase } from '../databases.js'
import { createTableToFill } from '../tables.js'
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
export function demoStatements(schema: CatalogConfig, dialect: DialectName) {
  const tables = demoTables(schema).map(({ definition }) =>
    createTableToFill(definition, dialect, comment),
  )
  return {
    enter: enterNamespace(schema, dialect),
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
  const tables = demoTables(schema)
  const { enter, before, after } = demoStatements(schema, database.dialect)
  for (const statement of enter) await database.run(statement)
  await checkTables(tables, database, options)
  const rows: Record<string, number> = {}
  const work = async (): Promise<void> => {
    if (options.replace) await dropTables(tables, database)
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
      ? withoutTransaction(work, tables, database)
      : database.transaction(work))
  } finally {
    context.progress.stop()
  }
  const { products, seed } = options
  return { database: database.name, products, seed, rows }
}

/** From there on the namespace is the place of every bare name. */
function enterNamespace({ namespace }: CatalogConfig, dialect: DialectName): string[] {
  if (namespace === null) return []
  if (dialect === 'mysql') return [`use ${quoteName(dialect, namespace)}`]
  if (dialect === 'postgres') return [`set search_path to ${quoteName(dialect, namespace)}`]
  if (namespace === 'main') return []
  throw new AppError('config_invalid', `SQLite has no namespace '${namespace}'`, {
    hint: 'Leave schema.namespace out.',
  })
}

/** MySQL commits at every DDL statement: what is there after a failure is dropped. */
async function withoutTransaction(
  work: () => Promise<void>,
  tables: readonly DemoTable[],
  database: WritableDatabase,
): Promise<void> {
  await database.run('set foreign_key_checks = 0')
  try {
    await work()
  } catch (error) {
    await dropTables(tables, database).catch(() => undefined)
    throw error
  }
}

async function checkTables(
  tables: readonly DemoTable[],
  database: WritableDatabase,
  { replace }: SeedOptions,
): Promise<void> {
  const names = tables.map(({ definition }) => definition.name)
  const found = await findTables(names, database)
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
async function dropTables(tables: readonly DemoTable[], database: WritableDatabase): Promise<void> {
  for (const { definition } of [...tables].reverse()) {
    await database.run(`drop table if exists ${quoteName(database.dialect, definition.name)}`)
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
