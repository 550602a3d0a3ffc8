import type { FoundCatalog, CatalogTable } from './schema.js'

/** Where the query looks rows up: without an index there, every product costs a search of the whole table. */
const lookups = [
  ['product', 'id'],
  ['image', 'id'],
  ['product_images', 'product_id'],
  ['product_description', 'product_id'],
] as const satisfies (readonly [CatalogTable, string])[]

/** A sentence for every index that the query would like and the database lacks; views have none. */
export function missingIndexes({ schema, tables }: FoundCatalog): string[] {
  return lookups.flatMap(([key, part]) => {
    const { name, kind, indexes } = tables[key]
    const column = Object.entries<string>(schema[key]).find(([own]) => own === part)?.[1] ?? ''
    const isThere = indexes.some(({ columns }) => columns[0] === column)
    if (kind === 'view' || isThere) return []
    return [`No index begins with ${name}.${column}: the export may take very long without one.`]
  })
}
