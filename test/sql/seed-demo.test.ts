import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import type { SqlExportConfig } from '../../src/spec/types.gen.js'
import type { TextRow, WritableDatabase } from '../../src/sql/databases.js'
import { seedDemo, type SeedContext, type SeedResult } from '../../src/sql/demo/seed.js'
import { planExport } from '../../src/sql/plan.js'
import { atelier } from '../cli.js'
import { context, dialects, emptyDatabase, type TestDatabase } from './catalogs.js'
import { configOf, exported } from './exporting.js'

const products = 1200
const quiet: SeedContext = {
  progress: { start() {}, update() {}, stop() {} },
  log: { info() {}, warn() {}, warnings: [] },
  signal: new AbortController().signal,
}

const orders = {
  Product: ['Id'],
  Image: ['Id'],
  ProductImages: ['ProductId', 'ImageIndex', 'ImageId'],
  ProductDescription: ['Id'],
}

describe('sql-export seed-demo', () => {
  const contents = new Map<string, string>()

  for (const dialect of dialects) {
    describe(dialect, () => {
      let database: TestDatabase
      before(async function () {
        database = await emptyDatabase(this, dialect)
      })

      const seed = (change: Partial<typeof whole> = {}, other = quiet): Promise<SeedResult> =>
        database.write((writable) =>
          seedDemo(database.config.schema, writable, { ...whole, ...change }, other),
        )
      const whole = { products, seed: 42, replace: false }

      it('leaves no table when it is stopped', async () => {
        const controller = new AbortController()
        const progress = { start() {}, update: () => controller.abort(), stop() {} }
        const stopped = seed({}, { ...quiet, progress, signal: controller.signal })
        await assert.rejects(stopped, { code: 'interrupted' })
        await assert.rejects(database.write(dump), { exit: 4 })
        assert.ok(dialect !== 'sqlite' || existsSync(pathOf(database)))
      })

      it('gives the same rows in every database', async () => {
        const { rows } = await seed()
        const found = await database.write(dump)
        for (const [table, count] of Object.entries(rows)) {
          assert.equal(found[table as keyof typeof orders].length, count)
        }
        assert.equal(rows['Product'], products)
        contents.set(dialect, JSON.stringify(found))
        assert.equal(contents.get(dialect), contents.get('sqlite'))
      })

      it('makes the indexes that the export wants', async () => {
        const { result } = await planExport(database.config, context)
        assert.deepEqual(result.warnings, [])
      })

      it('exports to the same bytes from every database, in every reading', async () => {
        for (const reading of ['us_only', 'any_translation', 'single'] as const) {
          const { text } = await exported({ ...database.config, reading }, context.cwd)
          const known = contents.get(reading) ?? text
          contents.set(reading, known)
          assert.equal(text, known, reading)
        }
        const texts = ['us_only', 'any_translation', 'single'].map((name) => contents.get(name))
        assert.equal(new Set(texts).size, 3)
      })

      it('refuses to touch tables that are there, and replaces its own alone', async () => {
        const before = await database.write(dump)
        await assert.rejects(seed(), { code: 'database_failed', message: /nothing was changed/ })
        assert.deepEqual(await database.write(dump), before)
        await seed({ products: 3, replace: true })
        assert.equal((await database.write(dump)).Product.length, 3)
        await database.run('drop table [ProductImages]', 'create table [ProductImages] ([A] int)')
        await assert.rejects(seed({ replace: true }), { message: /already has ProductImages;/ })
      })
    })
  }

  it('takes other names, and prefers fewer products to be the first of more', async function () {
    const [one, two] = [
      await emptyDatabase(this, 'sqlite'),
      await emptyDatabase(this, 'sqlite'),
    ] as const
    const config = configOf(
      ...['schema.product.table=articles', `schema.product.title='the "title"'`],
      ...['schema.product_description.country_code=land'],
    )
    const text = async (place: TestDatabase, { schema }: SqlExportConfig, count: number) => {
      await place.write((writable) =>
        seedDemo(schema, writable, { products: count, seed: 1, replace: false }, quiet),
      )
      return (await exported({ ...place.config, schema }, context.cwd)).text.split('\n')
    }
    const few = await text(one, config, 1001)
    const many = await text(two, one.config, 1100)
    assert.deepEqual(few.slice(0, -1), many.slice(0, few.length - 1))
  })

  it('prints its statements, refuses bad counts, and needs a database', async () => {
    const words = ['sql-export', 'seed-demo']
    const plan = await atelier([...words, 'database.url=sqlite:x.db', 'products=7', '--dry-run'])
    assert.match(plan.stdout, /create table "Product"[^]*-- the rows of 7 products\ncreate index/)
    const [count, most, none] = await Promise.all([
      atelier([...words, 'database.url=sqlite:x.db', 'products=many']),
      atelier([...words, 'database.url=sqlite:x.db', 'products=99999999999']),
      atelier(words),
    ])
    assert.deepEqual([count.code, most.code], [2, 2])
    assert.match(most.stderr, /no whole number from 1 to 100000000/)
    assert.equal(none.code, 3)
    assert.match(none.stderr, /embedded sample cannot be written/)
  })
})

/** Everything in the four tables. */
async function dump(database: WritableDatabase) {
  const tables: Record<string, readonly TextRow[]> = {}
  const mark = database.dialect === 'mysql' ? '`' : '"'
  for (const [table, columns] of Object.entries(orders)) {
    const order = columns.map((name) => `${mark}${name}${mark}`).join(', ')
    tables[table] = await database.rows(`select * from ${mark}${table}${mark} order by ${order}`)
  }
  return tables as Record<keyof typeof orders, readonly TextRow[]>
}

function pathOf({ config }: TestDatabase): string {
  return String(config.database.url).replace('sqlite:', '')
}
