import { AppError } from '../core/errors.js'
import { openSecrets } from '../core/secrets.js'
import { lookUp } from '../core/table.js'
import type { DatabaseConfig } from '../spec/types.gen.js'

/** A cell as text; integers are their decimal digits, exact beyond 2^53; bytes are `\x` and hex digits; NULL is null. */
export type TextRow = readonly (string | null)[]

export type DialectName = 'sqlite' | 'postgres' | 'mysql'

/** A statement ready to be run: its text, the values of its placeholders, and the names of its result columns. */
export interface Query {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly columns: readonly string[]
}

/** A column as the database's own catalog describes it; `integer` if it can hold nothing but whole numbers. */
export interface FoundColumn {
  readonly name: string
  readonly type: string
  readonly integer: boolean
}

/** A table or view of a database; the columns of an index stand in its order, expressions left out. */
export interface FoundTable {
  readonly name: string
  readonly kind: 'table' | 'view'
  readonly columns: readonly FoundColumn[]
  readonly indexes: readonly { readonly columns: readonly string[]; readonly unique: boolean }[]
}

/** A database that is only read, in one consistent snapshot from opening to closing. */
export interface Database {
  /** How messages name it, without its password. */
  readonly name: string
  readonly dialect: DialectName
  /** The tables and views of a namespace by their exact names; null: those that a bare name reaches. */
  tables(namespace: string | null): Promise<ReadonlyMap<string, FoundTable>>
  /**
   * The rows of a query in batches, as fast as they are taken; memory stays flat. Leaving the loop early stops the query.
   * An aborted signal stops it too and throws `interrupted`.
   */
  stream(query: Query, signal?: AbortSignal): AsyncIterable<readonly TextRow[]>
  /** How the database would run a query, as text. */
  explain(query: Query): Promise<string>
  close(): Promise<void>
}

/** A database that can be written. */
export interface WritableDatabase {
  readonly name: string
  readonly dialect: DialectName
  run(sql: string, parameters?: readonly unknown[]): Promise<void>
  rows(sql: string, parameters?: readonly unknown[]): Promise<readonly TextRow[]>
  /** Adds many rows in one transaction (the running one, if there is one); gives their count. */
  load(
    table: string,
    columns: readonly string[],
    rows: AsyncIterable<readonly TextRow[]> | Iterable<readonly TextRow[]>,
  ): Promise<number>
  /** Commits what `work` does, or nothing if it throws. */
  transaction<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** What opening a database needs to know of the process. */
export interface DatabaseContext {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** How one kind of database is opened; `url` is without references to secrets. */
export interface DatabaseKind {
  readonly dialect: DialectName
  open(url: string, config: DatabaseConfig, cwd: string): Promise<Database>
}

const openSqliteFile: DatabaseKind['open'] = async (url, config, cwd) => {
  const { openFile } = await import('./connections/sqlite.js')
  return openFile(url.replace(/^sqlite:(\/\/)?/i, ''), config, cwd)
}

const sqlite: DatabaseKind = { dialect: 'sqlite', open: openSqliteFile }

const sample: DatabaseKind = {
  dialect: 'sqlite',
  open: async () => {
    const { openMemory } = await import('./connections/sqlite.js')
    const { sampleCatalog } = await import('./catalog/sample.js')
    return openMemory('the embedded sample', sampleCatalog)
  },
}

/** Kinds of database by the scheme of the URL. */
const databases = { sqlite } satisfies Record<string, DatabaseKind>

/** The kind of database that `database.url` names: null is the embedded sample, a bare path an SQLite file. */
export function databaseKind(url: string | null): DatabaseKind {
  if (url === null) return sample
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]
  if (scheme === undefined) return sqlite
  return lookUp<DatabaseKind>(databases, scheme.toLowerCase(), 'kind of database', 'config_invalid')
}

/** Opens the database of a config for reading. Throws the codes of the `database_…` family. */
export async function openDatabase(
  config: DatabaseConfig,
  { cwd, env }: DatabaseContext,
): Promise<Database> {
  const url = openSecrets(config.url ?? '', env)
  try {
    const text = config.url === null ? null : url.text
    const database = await databaseKind(text).open(text ?? '', config, cwd)
    return { ...database, name: url.mask(database.name) }
  } catch (error) {
    throw url.maskError(error)
  }
}

/** Opens the database of a config for writing; an SQLite file is made if it is not there. */
export function openForWriting(
  config: DatabaseConfig,
  { cwd }: DatabaseContext,
): Promise<WritableDatabase> {
  throw new AppError(
    'config_invalid',
    `${config.url ?? 'The embedded sample'} cannot be written in ${cwd}`,
  )
}
