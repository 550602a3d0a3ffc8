import { sql, type RawBuilder } from 'kysely'
import type { CatalogConfig } from '../../spec/types.gen.js'

/** A table of the catalog and its columns, quoted, under the alias that the query gives it. */
export interface NamedTable<Column extends string> {
  readonly from: RawBuilder<unknown>
  readonly columns: Readonly<Record<Column, RawBuilder<string | null>>>
  /** Every column once, even where two keys name the same one. */
  readonly distinct: readonly RawBuilder<unknown>[]
}

/** The names of a config as SQL, whatever characters they have: `p` product, `x` its images, `i` image, `d` description. */
export function catalogNames(schema: CatalogConfig) {
  const named = <Names extends { table: string }>(alias: string, names: Names) => {
    const { table, ...rest } = names
    const columns = rest as Readonly<Record<string, string>>
    const from = schema.namespace === null ? sql.id(table) : sql.id(schema.namespace, table)
    const quoted = Object.entries(columns).map(([key, name]) => [key, sql.id(alias, name)])
    const distinct = [...new Set(Object.values(columns))].map((name) => sql.id(alias, name))
    const byKey = Object.fromEntries(quoted) as object
    return { from, columns: byKey, distinct } as NamedTable<Exclude<keyof Names & string, 'table'>>
  }
  return {
    product: named('p', schema.product),
    images: named('x', schema.product_images),
    image: named('i', schema.image),
    description: named('d', schema.product_description),
  }
}

export type CatalogNames = ReturnType<typeof catalogNames>
