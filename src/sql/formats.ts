import { stringify } from 'csv-stringify/sync'
import type { CatalogColumn } from './catalog/query.js'

/** One row of the export: a product with one of its images and one of its descriptions, or without. */
export type CatalogRow = Readonly<Record<CatalogColumn, string | null>>

/** A form of the export: its records, and the text they are written as. */
interface Format {
  records(rows: readonly CatalogRow[]): readonly unknown[]
  text(records: readonly unknown[]): string
}

export const formats = {
  csv: { records: flatten, text: csvText },
  json: { records: nest, text: jsonText },
} satisfies Record<string, Format>

/** One record per product, image and description. */
function flatten(rows: readonly CatalogRow[]) {
  return rows.map((row) => ({
    product_id: asText(row.product_id),
    title: asText(row.title),
    image_url: asText(row.image_url),
    description: row.description,
  }))
}

/** One record per product; the rows of a product follow each other. */
function nest(rows: readonly CatalogRow[]) {
  const products = new Map<unknown, CatalogRow[]>()
  for (const row of rows) {
    const group = products.get(row.product_id)
    if (group === undefined) products.set(row.product_id, [row])
    else group.push(row)
  }
  return [...products.values()].map((group) => ({
    title: asText(group[0]?.title),
    images: [...new Map(group.flatMap(imageOf)).values()],
    descriptions: [...new Map(group.flatMap(descriptionOf)).values()],
  }))
}

function imageOf({ image_id, image_url }: CatalogRow): [unknown, string][] {
  const url = asText(image_url)
  return url === null ? [] : [[image_id, url]]
}

function descriptionOf(row: CatalogRow): [unknown, { cc: string; type: string; text: string }][] {
  const { description_id, country, type, description } = row
  if (country === null || type === null || description === null) return []
  return [[description_id, { cc: country, type, text: description }]]
}

/** Cells that a spreadsheet would run as a formula get a leading apostrophe. */
function csvText(records: readonly unknown[]): string {
  return stringify([...records], {
    header: true,
    columns: ['product_id', 'title', 'image_url', 'description'],
    escape_formulas: true,
    quoted_match: /[\r\n]|^\s|\s$/,
    cast: {
      string: (value) => (/^-\d+$/.test(value) ? { value, escape_formulas: false } : value),
    },
  })
}

/** An array, one product a line. */
function jsonText(records: readonly unknown[]): string {
  if (records.length === 0) return '[]\n'
  return `[\n${records.map((record) => `  ${JSON.stringify(record)}`).join(',\n')}\n]\n`
}

/** SQLite keeps any type in any column. */
function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  return (value as string | number | bigint).toString()
}
