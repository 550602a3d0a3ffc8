import { AppError } from '../core/errors.js'
import { openSecrets } from '../core/secrets.js'
import { lookUp } from '../core/table.js'
import type { DatabaseConfig } from '../spec/types.gen.js'
import { passwordForms } from './connections/place.js'

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

/** A database and its file. */
export interface OpenedDatabase extends Database {
  /** Null for a server and for the embedded sample. */
  readonly file: string | null
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

/** How one kind of database is opened; `url` is without references to secrets, `mask` takes passwords out of texts. */
export interface DatabaseKind {
  readonly dialect: DialectName
  open(url: string, config: DatabaseConfig, context: OpenContext): Promise<Database>
  openForWriting(
    url: string,
    config: DatabaseConfig,
    context: OpenContext,
  ): Promise<WritableDatabase>
}

export interface OpenContext {
  readonly cwd: string
  readonly mask: (text: string) => string
}

const sqlite: DatabaseKind = {
  dialect: 'sqlite',
  open: async (...given) => (await import('./connections/sqlite.js')).openSqlite(...given),
  openForWriting: async (...given) =>
    (await import('./connections/sqlite-writer.js')).openSqliteForWriting(...given),
}

const postgres: DatabaseKind = {
  dialect: 'postgres',
  open: async (...given) => (await import('./connections/postgres.js')).openPostgres(...given),
  openForWriting: async (...given) =>
    (await import('./connections/postgres-writer.js')).openPostgresForWriting(...given),
}

const mysql: DatabaseKind = {
  dialect: 'mysql',
  open: async (...given) => (await import('./connections/mysql.js')).openMysql(...given),
  openForWriting: async (...given) =>
    (await import('./connections/mysql-writer.js')).openMysqlForWriting(...given),
}

const sample: DatabaseKind = {
  dialect: 'sqlite',
  open: async () => {
    const { openMemory } = await import('./connections/sqlite.js')
    const { sampleCatalog } = await import('./catalog/sample.js')
    return openMemory('the embedded sample', sampleCatalog)
  },
  openForWriting: () => {
    throw new AppError('config_invalid', 'The embedded sample cannot be written', {
      hint: 'Name a database: database=sqlite database.url=shop.db, or database=postgres with DATABASE_URL.',
    })
  },
}

/** Kinds of database by the scheme of the URL. */
const databases = {
  sqlite,
  postgres,
  postgresql: postgres,
  mysql,
  mariadb: mysql,
} satisfies Record<string, DatabaseKind>

/** The kind of database that `database.url` names: null is the embedded sample, a bare path an SQLite file. */
export function databaseKind(url: string | null): DatabaseKind {
  if (url === null) return sample
  if (/^[^:/\\]+:[^:/\\]+@/.test(url) && !/^sqlite:/i.test(url)) {
    throw new AppError('config_invalid', 'database.url names a user and a password, but no kind', {
      hint: 'Write scheme://user:password@host:port/name.',
    })
  }
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]
  if (scheme === undefined) return sqlite
  return lookUp<DatabaseKind>(databases, scheme.toLowerCase(), 'kind of database', 'config_invalid')
}

/** Opens the database of a config for reading. Throws the codes of the `database_…` family. */
export function openDatabase(
  config: DatabaseConfig,
  context: DatabaseContext,
): Promise<OpenedDatabase> {
  return opened(config, context, (kind, ...given) => kind.open(...given))
}

/** Opens the database of a config for writing; an SQLite file is made if it is not there. */
export function openForWriting(
  config: DatabaseConfig,
  context: DatabaseContext,
): Promise<WritableDatabase> {
  return opened(config, context, (kind, ...given) => kind.openForWriting(...given))
}

async function opened<T extends { readonly name: string }>(
  config: DatabaseConfig,
  { cwd, env }: DatabaseContext,
  open: (
    kind: DatabaseKind,
    url: string,
    config: DatabaseConfig,
    context: OpenContext,
  ) => Promise<T>,
): Promise<T & { file: string | null }> {
  const secrets = openSecrets(config.url ?? '', env)
  const hidden = passwordForms(secrets.text)
  const mask = (text: string) =>
    hidden.reduce((masked, form) => masked.replaceAll(form, '***'), secrets.mask(text))
  try {
    const url = config.url === null ? null : secrets.text
    const kind = databaseKind(url)
    const database = await open(kind, url ?? '', config, { cwd, mask })
    const file = kind === sqlite ? database.name : null
    return { ...database, name: mask(database.name), file }
  } catch (error) {
    throw secrets.maskError(error)
  }
}
