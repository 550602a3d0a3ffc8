import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import Libsql from 'libsql'
import { AppError, systemCode } from '../../core/errors.js'
import type { DatabaseConfig } from '../../spec/types.gen.js'
import type { Database, OpenContext, Query, TextRow } from '../databases.js'
import { databaseError, type ErrorRules } from './errors.js'
import { sqliteRules, wantsFilesBeside } from './sqlite-errors.js'
import { readSqliteTables } from './sqlite-tables.js'
import { isAborted, stopped } from './stopping.js'
import { asTextRow } from './text-row.js'

export type SqliteConnection = InstanceType<typeof Libsql>

const batchRows = 1000

/** A database in memory, filled by a script. */
export function openMemory(name: string, script: string): Promise<Database> {
  const connection = new Libsql(':memory:')
  connection.exec(script)
  return Promise.resolve(readOnly(connection, name))
}

/** Opens an SQLite file that exists; libsql would create one that does not, so it is looked for first. */
export async function openSqlite(
  url: string,
  config: DatabaseConfig,
  { cwd }: OpenContext,
): Promise<Database> {
  const path = sqlitePath(url, cwd)
  let isFile: boolean
  try {
    isFile = (await stat(path)).isFile()
  } catch (error) {
    throw new AppError('database_failed', `Cannot open ${path} (${systemCode(error)})`, {
      hint: 'database.url names an SQLite file; null is the embedded sample.',
      cause: error,
    })
  }
  if (!isFile) throw new AppError('database_failed', `${path} is not a file`)
  return told(sqliteRules(path), () => {
    try {
      return readFile(path, config, path)
    } catch (error) {
      if (!wantsFilesBeside(error) || existsSync(`${path}-wal`)) throw error
      // Nobody has written since the last checkpoint: the file alone is the whole database.
      return readFile(`${pathToFileURL(path).href}?immutable=1`, config, path)
    }
  })
}

function readFile(place: string, config: DatabaseConfig, name: string): Database {
  const connection = new Libsql(place)
  connection.exec(`pragma busy_timeout = ${String(busyMilliseconds(config))}`)
  return readOnly(connection, name, place)
}

/** The file of a URL: `sqlite:` with or without slashes, or a bare path. */
export function sqlitePath(url: string, cwd: string): string {
  return resolve(cwd, url.replace(/^sqlite:(\/\/)?/i, ''))
}

/** How long to wait for somebody else's lock. */
export function busyMilliseconds({ lock_timeout_seconds: seconds }: DatabaseConfig): number {
  return Math.round(Math.min(seconds, 2_000_000) * 1000)
}

/** Runs a statement, its errors told by the rules. */
export function told<T>(rules: ErrorRules, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw databaseError(error, rules)
  }
}

/**
 * `query_only` because libsql ignores its own option; bigints because it would round identifiers beyond 2^53. One read
 * transaction from here on: what others write is not seen.
 */
function readOnly(connection: SqliteConnection, name: string, path?: string): Database {
  const rules = sqliteRules(name)
  connection.exec('pragma query_only = 1; begin')
  connection.prepare('select count(*) from sqlite_master').all()
  connection.defaultSafeIntegers(true)
  const rows = (sql: string, parameters: readonly unknown[] = []) =>
    told(rules, () => textRows(connection, sql, parameters))
  return {
    name,
    dialect: 'sqlite',
    tables: (namespace) => Promise.resolve(readSqliteTables(rows, namespace ?? 'main')),
    stream: (query, signal) => stream(connection, query, rules, signal),
    async explain({ sql, parameters }) {
      await Promise.resolve()
      return told(rules, () => {
        // In a transaction a statement of EXPLAIN keeps its lock for good.
        const planner = path === undefined ? connection : new Libsql(path)
        const plan = textRows(planner, `explain query plan ${sql}`, parameters)
        if (planner !== connection) planner.close()
        return planText(plan)
      })
    },
    close: async () => {
      await Promise.resolve()
      closeReader(connection)
    },
  }
}

/** Closing alone would leave the transaction, and with it a lock. */
function closeReader(connection: SqliteConnection): void {
  if (connection.inTransaction) connection.exec('rollback')
  connection.close()
}

/** The rows of a statement that has few. */
export function textRows(
  connection: SqliteConnection,
  sql: string,
  parameters: readonly unknown[],
): TextRow[] {
  const statement = connection.prepare(sql).raw().safeIntegers(true)
  return (statement.all(...parameters) as unknown[][]).map(asTextRow)
}

async function* stream(
  connection: SqliteConnection,
  { sql, parameters }: Query,
  rules: ErrorRules,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly TextRow[]> {
  await Promise.resolve()
  const statement = told(rules, () => connection.prepare(sql).raw())
  const rows = told(rules, () => statement.iterate(...parameters) as Iterator<unknown[], undefined>)
  let isWhole = false
  try {
    for (;;) {
      if (isAborted(signal)) throw stopped()
      const batch = told(rules, () => take(rows))
      if (batch.length > 0) yield batch
      if (batch.length < batchRows) break
      // The file is read on this thread: without a pause no signal would ever be heard.
      await new Promise(setImmediate)
    }
    isWhole = true
  } finally {
    if (!isWhole) endStatement(connection, rows)
  }
}

/** A statement that is not at its end keeps its lock, even when the connection is closed; an interrupted one does not. */
function endStatement(connection: SqliteConnection, rows: Iterator<unknown>): void {
  // Its types do not know this method.
  ;(connection as unknown as { interrupt(): void }).interrupt()
  try {
    while (rows.next().done !== true);
  } catch {
    // This is the interruption.
  }
}

function take(rows: Iterator<unknown[], undefined>): readonly TextRow[] {
  const batch: TextRow[] = []
  while (batch.length < batchRows) {
    const next = rows.next()
    if (next.done === true) break
    batch.push(asTextRow(next.value))
  }
  return batch
}

function planText(rows: readonly TextRow[]): string {
  const depths = new Map<string, number>([['0', -1]])
  return rows
    .map(([id, parent, , detail]) => {
      const depth = (depths.get(parent ?? '') ?? -1) + 1
      depths.set(id ?? '', depth)
      return `${'  '.repeat(depth)}${detail ?? ''}`
    })
    .join('\n')
}
