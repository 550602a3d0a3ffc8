import type { FoundCatalog, CatalogTable } from './schema.js'

/**
 * A sentence for every index that the query would like and the database lacks: where it looks rows up, each product
 * would cost a search of the whole table. Views have no indexes.
 */
export function missingIndexes({ schema, tables }: FoundCatalog): string[] {
  const lookups: readonly (readonly [CatalogTable, string])[] = [
    ['product', schema.product.id],
    ['image', schema.image.id],
    ['product_images', schema.product_images.product_id],
    ['product_description', schema.product_description.product_id],
  ]
  return lookups.flatMap(([key, column]) => {
    const { name, kind, indexes } = tables[key]
    const isThere = indexes.some(({ columns }) => columns[0] === column)
    if (kind === 'view' || isThere) return []
    return [`No index begins with ${name}.${column}: the export may take very long without one.`]
  })
}
