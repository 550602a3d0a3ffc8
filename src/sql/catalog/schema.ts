import { AppError } from '../../core/errors.js'
import { canonicalJson, sha256 } from '../../core/hash.js'
import { nearest } from '../../core/table.js'
import type { CatalogConfig } from '../../spec/types.gen.js'
import type { FoundColumn, FoundTable } from '../databases.js'
import type { CatalogColumn } from './query.js'

export type CatalogTable = Exclude<keyof CatalogConfig, 'namespace'>

/** The catalog of a config as a database holds it. */
export interface FoundCatalog {
  /** The config's names in the spelling of the database. */
  readonly schema: CatalogConfig
  readonly tables: Readonly<Record<CatalogTable, FoundTable>>
  /** The columns of the export that hold nothing but whole numbers. */
  readonly integers: ReadonlySet<CatalogColumn>
  /** Changes when a column of the catalog changes its name or type. */
  readonly fingerprint: string
}

type Names = Readonly<Record<string, string>>

/**
 * Looks every name of a config up in a database. A name that is not there as written stands for the only one that
 * differs by case. Throws `database_schema`, naming all that is missing with the nearest names.
 */
export function findCatalog(
  found: ReadonlyMap<string, FoundTable>,
  { namespace, ...wanted }: CatalogConfig,
  database: string,
): FoundCatalog {
  const missing: AppError[] = []
  const tables: Record<string, FoundTable> = {}
  const columns: Record<string, Readonly<Record<string, FoundColumn>>> = {}
  for (const [key, names] of Object.entries<Readonly<{ table: string }>>(wanted)) {
    const { table: name, ...others } = names
    const table = sameName(found, name)
    if (table === undefined) {
      missing.push(lacking(`table ${name}`, name, found.keys()))
      continue
    }
    tables[key] = table
    columns[key] = findColumns(table, others, missing)
  }
  if (missing.length > 0) throw incomplete(missing, database, namespace)
  const spelled = Object.entries(columns).map(([key, those]) => [
    key,
    { table: tables[key]?.name, ...mapValues(those, ({ name }) => name) },
  ])
  return {
    schema: { namespace, ...(Object.fromEntries(spelled) as Omit<CatalogConfig, 'namespace'>) },
    tables: tables as FoundCatalog['tables'],
    integers: integersOf(columns),
    fingerprint: sha256(
      canonicalJson(
        mapValues(columns, (those) => mapValues(those, ({ name, type }) => [name, type])),
      ),
    ),
  }
}

function findColumns(
  { name, columns }: FoundTable,
  wanted: Names,
  missing: AppError[],
): Readonly<Record<string, FoundColumn>> {
  const there = new Map(columns.map((column) => [column.name, column]))
  const pairs = Object.entries(wanted).flatMap(([key, column]) => {
    const found = sameName(there, column)
    if (found !== undefined) return [[key, found] as const]
    missing.push(lacking(`column ${name}.${column}`, column, there.keys()))
    return []
  })
  return Object.fromEntries(pairs)
}

function sameName<T>(things: ReadonlyMap<string, T>, name: string): T | undefined {
  const exact = things.get(name)
  if (exact !== undefined) return exact
  const lower = name.toLowerCase()
  const alike = [...things].filter(([other]) => other.toLowerCase() === lower)
  return alike.length === 1 ? alike[0]?.[1] : undefined
}

function lacking(what: string, name: string, candidates: Iterable<string>): AppError {
  return new AppError('database_schema', `No ${what}`, { suggestions: nearest(name, candidates) })
}

function incomplete(
  missing: readonly AppError[],
  database: string,
  namespace: string | null,
): AppError {
  const place = namespace === null ? database : `${namespace} of ${database}`
  return new AppError('database_schema', `${place} does not hold the product catalog`, {
    details: missing,
    hint: 'The keys below `schema` tell what the tables and columns are called. MySQL hides tables that the user may not read.',
  })
}

function integersOf(
  columns: Readonly<Record<string, Readonly<Record<string, FoundColumn>>>>,
): ReadonlySet<CatalogColumn> {
  const identifiers: readonly [CatalogColumn, CatalogTable][] = [
    ['product_id', 'product'],
    ['image_id', 'image'],
    ['description_id', 'product_description'],
  ]
  return new Set(
    identifiers
      .filter(([, table]) => columns[table]?.['id']?.integer === true)
      .map(([column]) => column),
  )
}

function mapValues<T, U>(object: Readonly<Record<string, T>>, change: (value: T) => U) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
}
