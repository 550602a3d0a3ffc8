import assert from 'node:assert/strict'
import type { CatalogConfig } from '../../src/spec/types.gen.js'
import { planExport } from '../../src/sql/plan.js'
import {
  catalogTables,
  context,
  dialects,
  e0,
  emptyDatabase,
  failure,
  fill,
  rowsOf,
} from './catalogs.js'

const hostile: Omit<CatalogConfig, 'namespace'> = {
  product: { table: 'a "quoted" `name`', id: 'select', title: '$1' },
  image: { table: 'order', id: 'Id.of image', url: 'ünï 日本' },
  product_images: { table: '?', product_id: "it's", image_id: 'from', image_index: 'a\\b' },
  product_description: {
    ...{ table: 'x; drop table y --', id: 'x', product_id: 'd', country_code: '%s' },
    ...{ original_text: ':name', translated_text: 'place' },
  },
}

const expected = [
  ['1', 'Product 1', 'https://example.com/image1.jpg', 'Translated text 1'],
  ['1', 'Product 1', 'https://example.com/image2.jpg', 'Translated text 1'],
  ['2', 'Product 2', null, null],
]
const columns = ['product_id', 'title', 'image_url', 'description'] as const

/** The statements that make the sample's tables under other names. */
function renamed(statements: readonly string[]): string[] {
  const { product, image, product_images: link, product_description: text } = hostile
  const names = [
    ...['Product', 'Id', 'Title', 'Image', 'Id', 'Url', 'ProductImages', 'ProductId', 'ImageId'],
    ...[
      'ImageIndex',
      'ProductDescription',
      'Id',
      'ProductId',
      'CountryCode',
      'OriginalText',
      'TranslatedText',
    ],
  ]
  const others = [product, image, link, text].flatMap((part) => Object.values(part) as string[])
  return statements.flatMap((sql) => {
    const table = /\[(\w+)\]/.exec(sql)?.[1] ?? ''
    const start = names.indexOf(table)
    const own = names.slice(start, start + 6)
    return sql.replace(
      /\[(\w+)\]/g,
      (_, name: string) => `[${others[start + own.indexOf(name)] ?? ''}]`,
    )
  })
}

describe('sql: names', () => {
  for (const dialect of dialects) {
    it(`quotes hostile names on ${dialect}`, async function () {
      const schema = { namespace: null, ...hostile }
      const database = await emptyDatabase(this, dialect)
      await database.run(...renamed(catalogTables(dialect)))
      await database.write(async (writable) => {
        for (const [key, rows] of Object.entries(e0)) {
          const part = {
            Product: hostile.product,
            Image: hostile.image,
            ProductImages: hostile.product_images,
            ProductDescription: hostile.product_description,
          }[key]
          const { table, ...names } = part as { table: string }
          await writable.load(table, Object.values(names), [rows])
        }
      })
      for (const reading of ['us_only', 'single'] as const) {
        for (const images of ['all', 'first'] as const) {
          const rows = await rowsOf(database, columns, { schema, reading, images })
          const wanted = images === 'all' ? expected : [expected[0], expected[2]]
          assert.deepEqual(rows, wanted, `${reading} ${images}`)
        }
      }
    })

    it(`finds tables of another namespace, views and names in other case on ${dialect}`, async function () {
      const database = await emptyDatabase(this, dialect)
      const namespace = dialect === 'sqlite' ? 'main' : `space_${String(Math.abs(process.pid))}`
      const create = dialect === 'mysql' ? 'create database' : 'create schema'
      const prefix = dialect === 'sqlite' ? '' : `[${namespace}].`
      const lower = (sql: string) => sql.toLowerCase()
      await database.run(
        ...(dialect === 'sqlite' ? [] : [`${create} [${namespace}]`]),
        ...catalogTables(dialect).map((sql) => lower(sql).replace('[', `${prefix}[`)),
        `insert into ${prefix}[product] values (1, 'one')`,
        `alter table ${prefix}[image] rename to ${dialect === 'mysql' ? prefix : ''}[pictures]`,
        `create view ${prefix}[image] as select [id], [url] from ${prefix}[pictures]`,
      )
      const schema = { ...database.config.schema, namespace }
      assert.deepEqual(await rowsOf(database, ['title'], { schema }), [['one']])
      const absent = { ...schema, namespace: 'nowhere' }
      const error = await failure(rowsOf(database, ['title'], { schema: absent }))
      assert.equal(error.code, 'database_schema')
      assert.match(error.message, /nowhere of /)
      if (dialect !== 'sqlite')
        await database.run(
          `drop ${dialect === 'mysql' ? 'database' : 'schema'} [${namespace}] ${dialect === 'mysql' ? '' : 'cascade'}`,
        )
    })

    it(`names every missing table and column with the nearest ones on ${dialect}`, async function () {
      const database = await emptyDatabase(this, dialect)
      await database.run(
        'create table [Product] ([Id] integer, [Titel] varchar(10))',
        'create table [Images] ([Id] integer, [Url] varchar(10))',
        'create table [ProductImages] ([ProductId] integer, [ImageId] integer, [ImageIndex] integer)',
      )
      const error = await failure(rowsOf(database, ['title']))
      assert.equal(error.code, 'database_schema')
      assert.equal(error.exit, 4)
      assert.deepEqual(
        error.details.map(({ message, suggestions }) => [message, suggestions[0]]),
        [
          ['No column Product.Title', 'Titel'],
          ['No table Image', 'Images'],
          ['No table ProductDescription', 'Product'],
        ],
      )
    })

    it(`plans without reading a row, and warns of missing indexes on ${dialect}`, async function () {
      const database = await emptyDatabase(this, dialect)
      await database.run(
        ...catalogTables(dialect),
        'create index [by_rank] on [ProductImages] ([ImageIndex], [ProductId])',
      )
      await fill(database, e0)
      const { result, text } = await planExport({ ...database.config, reading: 'single' }, context)
      assert.deepEqual(
        result.warnings.map((warning) => /^No index begins with (\S+):/.exec(warning)?.[1]),
        ['ProductImages.ProductId', 'ProductDescription.ProductId'],
      )
      assert.match(result.plan, /ProductDescription|\bd\b/)
      assert.match(text, /^-- parameters: "us", "us"\nselect\n {2}/m)
      assert.match(text, /\n {2}from .*ProductDescription/)
      assert.match(text, /;\n\n-- plan:\n-- /)
      await database.run(
        'create index [by_product] on [ProductImages] ([ProductId])',
        'create index [by_text] on [ProductDescription] ([ProductId], [CountryCode])',
      )
      assert.deepEqual((await planExport(database.config, context)).result.warnings, [])
    })
  }

  it('prefers the exact of two names that differ by case, and refuses to guess between others', async function () {
    const database = await emptyDatabase(this, 'postgres')
    await database.run(...catalogTables('postgres'), 'create table [PRODUCT] ([Id] integer)')
    assert.deepEqual(await rowsOf(database, ['title']), [])
    const { product, ...others } = database.config.schema
    const schema = { ...others, product: { ...product, table: 'product' } }
    const error = await failure(rowsOf(database, ['title'], { schema }))
    assert.deepEqual(error.details[0]?.suggestions.slice(0, 2), ['PRODUCT', 'Product'])
  })
})
