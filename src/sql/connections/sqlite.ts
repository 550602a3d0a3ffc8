import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import Libsql from 'libsql'
import { AppError, systemCode } from '../../core/errors.js'
import type { DatabaseConfig } from '../../spec/types.gen.js'
import type { Database, FoundTable, Query, TextRow } from '../databases.js'

type Connection = InstanceType<typeof Libsql>

const batchRows = 1000

/** A database in memory, filled by a script. */
export function openMemory(name: string, script: string): Database {
  const connection = new Libsql(':memory:')
  connection.exec(script)
  return readOnly(connection, name)
}

/** Opens an SQLite file that exists; libsql would create one that does not, so it is looked for first. */
export async function openFile(
  place: string,
  _config: DatabaseConfig,
  cwd: string,
): Promise<Database> {
  const path = resolve(cwd, place)
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
  return guarded(path, () => readOnly(new Libsql(path), path))
}

/** `query_only` because libsql ignores its own option; bigints because it would round identifiers beyond 2^53. */
function readOnly(connection: Connection, name: string): Database {
  connection.exec('pragma query_only = 1')
  connection.defaultSafeIntegers(true)
  return {
    name,
    dialect: 'sqlite',
    tables: () => Promise.resolve(guarded(name, () => readTables(connection))),
    stream: (query, signal) => stream(connection, query, name, signal),
    explain: ({ sql, parameters }: Query) =>
      Promise.resolve(
        guarded(name, () => {
          const rows = connection.prepare(`explain query plan ${sql}`).all(...parameters)
          return (rows as { detail: string }[]).map(({ detail }) => detail).join('\n')
        }),
      ),
    close: () => Promise.resolve(connection.close()).then(() => undefined),
  }
}

async function* stream(
  connection: Connection,
  { sql, parameters }: Query,
  name: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly TextRow[]> {
  await Promise.resolve()
  const rows = guarded(name, () =>
    connection
      .prepare(sql)
      .raw()
      .iterate(...parameters),
  )
  let batch: TextRow[] = []
  try {
    for (const row of rows as Iterable<readonly unknown[]>) {
      if (batch.push(row.map(asText)) < batchRows) continue
      yield batch
      batch = []
      if (signal?.aborted === true) throw new AppError('interrupted', 'Stopped')
    }
  } catch (error) {
    throw sqliteError(error, name)
  }
  if (batch.length > 0) yield batch
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  return (value as string | number | bigint).toString()
}

function readTables(connection: Connection): ReadonlyMap<string, FoundTable> {
  const rows = connection
    .prepare(
      `select m.name as name, m.type as kind, c.name as column, c.type as type
       from sqlite_master m, pragma_table_info(m.name) c
       where m.type in ('table', 'view') order by m.name, c.cid`,
    )
    .all() as { name: string; kind: 'table' | 'view'; column: string; type: string }[]
  const tables = new Map<string, FoundTable & { columns: FoundTable['columns'][number][] }>()
  for (const { name, kind, column, type } of rows) {
    const table = tables.get(name) ?? { name, kind, columns: [], indexes: [] }
    table.columns.push({ name: column, type, integer: /int/i.test(type) })
    tables.set(name, table)
  }
  return tables
}

function guarded<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw sqliteError(error, name)
  }
}

const meanings: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: 'is not an SQLite database',
  SQLITE_CORRUPT: 'is damaged',
  SQLITE_BUSY: 'is locked by another process',
  SQLITE_LOCKED: 'is locked by another process',
}

/** libsql's errors when opening have an empty code, the others one of SQLite's. */
function sqliteError(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error instanceof AppError || !('code' in error)) return error
  const meaning = meanings[String(error.code)]
  const message = meaning === undefined ? `${name}: ${error.message}` : `${name} ${meaning}`
  return new AppError('database_failed', message, { cause: error })
}
