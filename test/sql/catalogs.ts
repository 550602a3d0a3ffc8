import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppError } from '../../src/core/errors.js'
import type { SqlExportConfig } from '../../src/spec/types.gen.js'
import { catalogQuery, type CatalogColumn } from '../../src/sql/catalog/query.js'
import { findCatalog } from '../../src/sql/catalog/schema.js'
import { quoteName } from '../../src/sql/connections/quote.js'
import {
  openDatabase,
  openForWriting,
  type Database,
  type DialectName,
  type TextRow,
  type WritableDatabase,
} from '../../src/sql/databases.js'
import { configOf } from './exporting.js'
import { requireServer } from './servers.js'

export const dialects = ['sqlite', 'postgres', 'mysql'] as const

export const context = { cwd: tmpdir(), env: {} }

/** An empty database for one test, on a real server where it is one. */
export interface TestDatabase {
  readonly dialect: DialectName
  readonly config: SqlExportConfig
  readonly open: () => Promise<Database>
  /** Runs statements; `[name]` becomes a quoted name. */
  run(...statements: string[]): Promise<void>
  readonly write: <T>(work: (database: WritableDatabase) => Promise<T>) => Promise<T>
}

/** Makes an empty database; the test is skipped without a server. */
export async function emptyDatabase(
  test: Mocha.Context,
  dialect: DialectName,
): Promise<TestDatabase> {
  const base = configOf()
  const config = { ...base, database: { ...base.database, url: await newUrl(test, dialect) } }
  const write: TestDatabase['write'] = async (work) => {
    const database = await openForWriting(config.database, context)
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  }
  return {
    dialect,
    config,
    open: () => openDatabase(config.database, context),
    write,
    run: (...statements) =>
      write(async (database) => {
        for (const sql of statements) await database.run(quoted(sql, dialect))
      }),
  }
}

async function newUrl(test: Mocha.Context, dialect: DialectName): Promise<string> {
  if (dialect === 'sqlite') {
    const directory = mkdtempSync(join(tmpdir(), 'atelier-sqlite-'))
    directories.add(directory)
    return `sqlite:${join(directory, 'shop.db')}`
  }
  const server = await requireServer(test, dialect)
  return server.url(await server.createDatabase())
}

const directories = new Set<string>()

after(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

function quoted(sql: string, dialect: DialectName): string {
  return sql.replace(/\[([^\]]+)\]/g, (_, name: string) => quoteName(dialect, name))
}

/** The tables of the catalog with identifiers of a type; the text type holds a megabyte everywhere. */
export function catalogTables(dialect: DialectName, id = 'bigint'): string[] {
  const text = dialect === 'mysql' ? 'longtext' : 'text'
  const key = dialect === 'sqlite' && id === 'bigint' ? 'integer' : id
  return [
    `create table [Product] ([Id] ${key} primary key, [Title] ${text})`,
    `create table [Image] ([Id] ${key} primary key, [Url] ${text})`,
    `create table [ProductImages] ([ProductId] ${key} not null, [ImageId] ${key}, [ImageIndex] integer)`,
    `create table [ProductDescription] ([Id] ${key} primary key, [ProductId] ${key} not null, [CountryCode] varchar(20), [OriginalText] ${text}, [TranslatedText] ${text})`,
  ]
}

const url = (n: number) => `https://example.com/image${String(n)}.jpg`

/** The seed sample: two products, one with two images of index 0 and texts of two countries. */
export const e0 = {
  Product: [
    ['1', 'Product 1'],
    ['2', 'Product 2'],
  ],
  Image: [
    ['1', url(1)],
    ['2', url(2)],
  ],
  ProductImages: [
    ['1', '1', '0'],
    ['1', '2', '0'],
    ['2', '2', '1'],
  ],
  ProductDescription: [
    ['1', '1', 'US', 'Original text 1', 'Translated text 1'],
    ['2', '1', 'UK', 'Original text 2', 'Translated text 2'],
  ],
} as const satisfies Rows

/** What separates the readings. */
export const e1: Rows = {
  Product: [...e0.Product, ['3', 'Product 3'], ['4', 'Product 4'], ['5', 'Product 5']],
  Image: [...e0.Image, ['3', url(3)], ['4', url(4)]],
  ProductImages: [...e0.ProductImages, ['3', '3', '0'], ['3', '4', '1'], ['4', '4', '0']],
  ProductDescription: [
    ...e0.ProductDescription,
    ['3', '3', 'us', 'Original text 3', null],
    ['4', '3', 'FR', 'Texte 3', 'Translated text 3'],
    ['5', '4', 'FR', 'Texte 4', null],
    ['6', '5', 'US', 'Original text 5', '  '],
  ],
}

export type Rows = Readonly<Record<string, readonly TextRow[]>>

const columnsOf: Readonly<Record<string, readonly string[]>> = {
  Product: ['Id', 'Title'],
  Image: ['Id', 'Url'],
  ProductImages: ['ProductId', 'ImageId', 'ImageIndex'],
  ProductDescription: ['Id', 'ProductId', 'CountryCode', 'OriginalText', 'TranslatedText'],
}

/** Adds rows to the tables of the catalog. */
export function fill(database: TestDatabase, rows: Rows): Promise<void> {
  return database.write(async (writable) => {
    for (const [table, some] of Object.entries(rows)) {
      await writable.load(table, columnsOf[table] ?? [], [some])
    }
  })
}

/** The rows of an export, with the options that decide which there are. */
export async function rowsOf(
  { config, open }: TestDatabase,
  columns: readonly CatalogColumn[],
  options: Partial<SqlExportConfig> & { after?: string } = {},
): Promise<readonly TextRow[]> {
  const database = await open()
  try {
    const { after = null, ...own } = options
    const settings = { ...config, ...own }
    const found = await database.tables(settings.schema.namespace)
    const { schema } = findCatalog(found, settings.schema, database.name)
    const query = catalogQuery(database.dialect, { ...settings, schema }, { columns, after })
    return await all(database, query)
  } finally {
    await database.close()
  }
}

/** All rows of a query. */
export async function all(
  database: Database,
  query: Parameters<Database['stream']>[0],
  signal?: AbortSignal,
): Promise<readonly TextRow[]> {
  const rows: TextRow[] = []
  for await (const batch of database.stream(query, signal)) rows.push(...batch)
  return rows
}

/** A query from bare SQL. */
export function queryOf(sql: string, ...parameters: readonly unknown[]) {
  return { sql, parameters, columns: [] }
}

/** An error for users. */
export type Told = Pick<AppError, 'code' | 'exit' | 'message' | 'hint' | 'suggestions' | 'details'>

/** What work throws, told by name: modules that load lazily have an AppError of their own under tsx. */
export async function failure(work: Promise<unknown>): Promise<Told> {
  try {
    await work
  } catch (error) {
    if (error instanceof Error && error.name === 'AppError') return error as unknown as Told
    throw error
  }
  throw new Error('nothing was thrown')
}
