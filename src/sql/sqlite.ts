import Libsql from 'libsql'
import { AppError } from '../core/errors.js'
import type { Database } from './databases.js'
import type { Query } from './query.js'
import type { FoundTables } from './schema.js'

type Connection = InstanceType<typeof Libsql>

/** A database in memory, filled by a script. */
export function openMemory(name: string, script: string): Database {
  const connection = new Libsql(':memory:')
  connection.exec(script)
  return readOnly(connection, name)
}

/** Opens an SQLite file that exists. */
export function openSqlite(path: string): Database {
  return guarded(path, () => readOnly(new Libsql(path), path))
}

/** `query_only` because libsql ignores its own option; bigints because it would round identifiers beyond 2^53. */
function readOnly(connection: Connection, name: string): Database {
  connection.exec('pragma query_only = 1')
  connection.defaultSafeIntegers(true)
  return {
    name,
    tables: () => Promise.resolve(guarded(name, () => readTables(connection))),
    rows: <Row>({ sql, parameters }: Query) =>
      Promise.resolve(
        guarded(name, () => connection.prepare(sql).all(...parameters) as readonly Row[]),
      ),
    close: () => connection.close(),
  }
}

function readTables(connection: Connection): FoundTables {
  const rows = connection
    .prepare(
      `select m.name as name, c.name as column from sqlite_master m, pragma_table_info(m.name) c
       where m.type in ('table', 'view') order by m.name, c.cid`,
    )
    .all() as { name: string; column: string }[]
  const tables = new Map<string, { name: string; columns: string[] }>()
  for (const { name, column } of rows) {
    const table = tables.get(name.toLowerCase()) ?? { name, columns: [] }
    table.columns.push(column)
    tables.set(name.toLowerCase(), table)
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
