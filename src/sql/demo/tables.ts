import type { CatalogConfig } from '../../spec/types.gen.js'
import type { TableDefinition } from '../tables.js'
import { demoRows } from './rows.js'

/** A table of the demo catalog, and what it is filled with. */
export interface DemoTable {
  readonly definition: TableDefinition
  readonly rows: (typeof demoRows)[keyof typeof demoRows]
}

/** The four tables under the names of a config, each behind those that it refers to. */
export function demoTables(schema: CatalogConfig): readonly DemoTable[] {
  const { product, image, product_images: link, product_description: description } = schema
  const ofProduct = (column: string) => ({ column, table: product.table, references: product.id })
  return [
    {
      definition: {
        name: product.table,
        columns: [
          { name: product.id, type: 'integer' },
          { name: product.title, type: 'text' },
        ],
        primaryKey: [product.id],
        foreignKeys: [],
      },
      rows: demoRows.product,
    },
    {
      definition: {
        name: image.table,
        columns: [
          { name: image.id, type: 'integer' },
          { name: image.url, type: 'text' },
        ],
        primaryKey: [image.id],
        foreignKeys: [],
      },
      rows: demoRows.image,
    },
    {
      definition: {
        name: link.table,
        columns: [
          { name: link.product_id, type: 'integer' },
          { name: link.image_id, type: 'integer' },
          { name: link.image_index, type: 'integer' },
        ],
        primaryKey: [link.product_id, link.image_index, link.image_id],
        foreignKeys: [
          ofProduct(link.product_id),
          { column: link.image_id, table: image.table, references: image.id },
        ],
      },
      rows: demoRows.product_images,
    },
    {
      definition: {
        name: description.table,
        columns: [
          { name: description.id, type: 'integer' },
          { name: description.product_id, type: 'integer' },
          { name: description.country_code, type: 'name' },
          { name: description.original_text, type: 'text', nullable: true },
          { name: description.translated_text, type: 'text', nullable: true },
        ],
        primaryKey: [description.id],
        foreignKeys: [ofProduct(description.product_id)],
      },
      rows: demoRows.product_description,
    },
  ]
}
