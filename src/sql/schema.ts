import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'

/** The product catalog as the query sees it; identifiers and texts have whatever type the database keeps. */
export interface Catalog {
  Product: { Id: unknown; Title: unknown }
  Image: { Id: unknown; Url: unknown }
  ProductImages: { ProductId: unknown; ImageId: unknown; ImageIndex: number }
  ProductDescription: {
    Id: unknown
    ProductId: unknown
    CountryCode: string | null
    OriginalText: string | null
    TranslatedText: string | null
  }
}

const required = {
  Product: ['Id', 'Title'],
  Image: ['Id', 'Url'],
  ProductImages: ['ProductId', 'ImageId', 'ImageIndex'],
  ProductDescription: ['Id', 'ProductId', 'CountryCode', 'OriginalText', 'TranslatedText'],
} as const satisfies { [T in keyof Catalog]: (keyof Catalog[T])[] }

/** The tables and columns of a database, by lower-case table name: names are compared without case, as SQL does. */
export type FoundTables = ReadonlyMap<string, { name: string; columns: readonly string[] }>

/** Throws `database_failed` naming every table and column of the catalog that a database lacks. */
export function checkSchema(found: FoundTables, database: string): void {
  const missing = Object.entries(required).flatMap(([table, columns]) => {
    const there = found.get(table.toLowerCase())
    if (there === undefined) return [lacking(`table ${table}`, table, tableNames(found))]
    const names = new Set(there.columns.map((column) => column.toLowerCase()))
    return columns
      .filter((column) => !names.has(column.toLowerCase()))
      .map((column) => lacking(`column ${table}.${column}`, column, there.columns))
  })
  if (missing.length === 0) return
  throw new AppError('database_failed', `${database} does not hold the product catalog`, {
    details: missing,
    hint: `The catalog has the tables ${Object.keys(required).join(', ')}.`,
  })
}

function lacking(what: string, name: string, candidates: readonly string[]): AppError {
  return new AppError('database_failed', `No ${what}`, {
    suggestions: nearest(name, candidates),
  })
}

function tableNames(found: FoundTables): string[] {
  return [...found.values()].map(({ name }) => name)
}
