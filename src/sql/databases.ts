import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError, systemCode } from '../core/errors.js'
import { lookUp } from '../core/table.js'
import type { DialectName, Query } from './query.js'
import { openMemory, openSqlite } from './sqlite.js'
import { sampleCatalog } from './sample.js'
import type { FoundTables } from './schema.js'

/** A database that can only be read. */
export interface Database {
  /** How messages name it. */
  readonly name: string
  tables(): Promise<FoundTables>
  /** The rows of a query; integers are bigints. */
  rows<Row>(query: Query): Promise<readonly Row[]>
  close(): void
}

/** A kind of database, chosen by the scheme of its URL. */
interface DatabaseKind {
  readonly dialect: DialectName
  open(place: string, cwd: string): Promise<Database>
}

const databases = {
  sqlite: { dialect: 'sqlite', open: openSqliteFile },
} satisfies Record<string, DatabaseKind>

const sample: DatabaseKind = {
  dialect: 'sqlite',
  open: () => Promise.resolve(openMemory('the embedded sample', sampleCatalog)),
}

/** Where a `database.url` points: a kind of database and a place in its terms. */
export interface DatabasePlace {
  readonly kind: DatabaseKind
  readonly place: string
}

/** Reads `database.url`: null is the embedded sample, `sqlite:<path>` or a bare path is a file. */
export function parseDatabaseUrl(url: string | null): DatabasePlace {
  if (url === null) return { kind: sample, place: '' }
  const scheme = /^([a-z][a-z0-9+.-]+):(\/\/)?/i.exec(url)
  if (scheme === null) return { kind: databases.sqlite, place: url }
  const kind = lookUp<DatabaseKind>(
    databases,
    scheme[1]?.toLowerCase() ?? '',
    'kind of database',
    'config_invalid',
  )
  return { kind, place: url.slice(scheme[0].length) }
}

/** libsql would create a file that is not there, so it is looked for first. */
async function openSqliteFile(place: string, cwd: string): Promise<Database> {
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
  return openSqlite(path)
}
