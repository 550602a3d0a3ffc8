import {
  DummyDriver,
  Kysely,
  sql,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Dialect,
} from 'kysely'
import type { Catalog } from './schema.js'

/** A query ready to be run: its text and the values of its placeholders. */
export interface Query {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** One row of the export: a product with one of its images and one of its descriptions, or without. */
export interface CatalogRow {
  readonly product_id: unknown
  readonly title: unknown
  readonly image_id: unknown
  readonly image_url: unknown
  readonly description_id: unknown
  readonly country: string | null
  /** Whether `description` is the translation or, where that is missing or blank, the original text. */
  readonly type: 'translated' | 'original' | null
  readonly description: string | null
}

/** How Kysely writes SQL for each database; it only compiles here, the connection is ours. */
const dialects = {
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
} satisfies Record<string, Dialect>

export type DialectName = keyof typeof dialects

/**
 * The one query of the export: every product, its images of index 0, and its descriptions in one country (whatever
 * the case), each as its translation or else its original text; blank counts as missing. The conditions stand in the
 * joins, because in WHERE they would drop the products that have no image or description.
 */
export function catalogQuery(dialect: DialectName, options: { country: string }): Query {
  const compiler = new Kysely<Catalog>({ dialect: dialects[dialect] })
  const translated = sql<string | null>`nullif(trim(${sql.ref('d.TranslatedText')}), '')`
  const original = sql<string | null>`nullif(trim(${sql.ref('d.OriginalText')}), '')`
  const { sql: text, parameters } = compiler
    .selectFrom('Product as p')
    .leftJoin('ProductImages as x', (join) =>
      join.onRef('x.ProductId', '=', 'p.Id').on('x.ImageIndex', '=', sql.lit(0)),
    )
    .leftJoin('Image as i', 'i.Id', 'x.ImageId')
    .leftJoin('ProductDescription as d', (join) =>
      join
        .onRef('d.ProductId', '=', 'p.Id')
        .on(sql`lower(${sql.ref('d.CountryCode')})`, '=', sql`lower(${options.country})`),
    )
    .select(({ fn }) => [
      'p.Id as product_id',
      'p.Title as title',
      'i.Id as image_id',
      'i.Url as image_url',
      'd.Id as description_id',
      fn<string | null>('lower', ['d.CountryCode']).as('country'),
      sql<
        CatalogRow['type']
      >`case when ${translated} is not null then 'translated' when ${original} is not null then 'original' end`.as(
        'type',
      ),
      fn.coalesce(translated, original).as('description'),
    ])
    .orderBy('p.Id')
    .orderBy('i.Id')
    .orderBy('d.Id')
    .compile()
  return { sql: text, parameters }
}
