import { sql, type RawBuilder } from 'kysely'
import type { SqlExportConfig } from '../../spec/types.gen.js'
import type { DialectName, Query } from '../databases.js'
import { compilerOf, dialects, type DialectRules } from './dialects.js'
import { imageChoices } from './images.js'
import { catalogNames, type CatalogNames } from './names.js'
import { readings } from './readings.js'

/** What a row of the catalog can tell: a product with one of its images and one of its descriptions, or without. */
export type CatalogColumn =
  | 'product_id'
  | 'title'
  | 'image_id'
  | 'image_url'
  | 'description_id'
  | 'country'
  /** Whether `description` is the `translated` text or the `original` one. */
  | 'type'
  | 'description'

/** What decides which rows there are. */
export type CatalogOptions = Pick<SqlExportConfig, 'schema' | 'reading' | 'country' | 'images'>

export interface CatalogSelection {
  /** The columns of the result, in this order. */
  readonly columns: readonly CatalogColumn[]
  /** Only the products behind this identifier, to go on where an export broke off. */
  readonly after?: string | null
}

/**
 * The one query of the export: every product, its images of index 0, and its descriptions as the reading has it; blank
 * texts count as missing. The conditions stand in the joins, because in WHERE they would drop the products that have no
 * image or description. Ordered by product, image and description, as the database orders their identifiers.
 */
export function catalogQuery(
  dialect: DialectName,
  { schema, reading, country, images }: CatalogOptions,
  { columns, after = null }: CatalogSelection,
): Query {
  const rules = dialects[dialect]
  const names = catalogNames(schema)
  const { product, image, description } = names
  const link = imageChoices[images](names)
  const text = readings[reading](names, rules, country)
  const terms = columnTerms(names, rules)
  const query = compilerOf(dialect)
    .selectFrom(product.from.as('p'))
    .leftJoin(link.from.as('x'), (join) =>
      join.on(sql<boolean>`${link.productId} = ${product.columns.id}`).on(link.chosen),
    )
    .leftJoin(image.from.as('i'), (join) =>
      join.on(sql<boolean>`${image.columns.id} = ${link.imageId}`),
    )
    .leftJoin(text.from.as('d'), (join) =>
      join
        .on(sql<boolean>`${description.columns.product_id} = ${product.columns.id}`)
        .on(text.chosen),
    )
    .$if(after !== null, (builder) =>
      builder.where(sql<boolean>`${product.columns.id} > ${rules.identifier(after ?? '')}`),
    )
    .select(columns.map((column) => terms[column].as(column)))
    .orderBy(product.columns.id)
    .orderBy(image.columns.id)
    .orderBy(description.columns.id)
    .compile()
  return { sql: query.sql, parameters: query.parameters, columns }
}

function columnTerms(
  { product, image, description: { columns } }: CatalogNames,
  rules: DialectRules,
): Record<CatalogColumn, RawBuilder<unknown>> {
  const translated = rules.text(columns.translated_text)
  const original = rules.text(columns.original_text)
  const choose = (one: RawBuilder<unknown>, other: RawBuilder<unknown>) =>
    sql`case when ${rules.hasText(translated)} then ${one} when ${rules.hasText(original)} then ${other} end`
  return {
    product_id: product.columns.id,
    title: rules.text(product.columns.title),
    image_id: image.columns.id,
    image_url: rules.text(image.columns.url),
    description_id: columns.id,
    country: sql`lower(${rules.text(columns.country_code)})`,
    type: choose(sql.lit('translated'), sql.lit('original')),
    description: choose(sql`trim(${translated})`, sql`trim(${original})`),
  }
}
