import assert from 'node:assert/strict'
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import type { AppError } from '../../src/core/errors.js'
import type { SqlExportConfig } from '../../src/spec/types.gen.js'
import { sampleCatalog } from '../../src/sql/catalog/sample.js'
import { planExport } from '../../src/sql/plan.js'
import { configOf, exported } from './exporting.js'

const tables = sampleCatalog.slice(0, sampleCatalog.indexOf('insert'))
const base = configOf()
// Modules that load lazily have an AppError of their own under tsx.
const isAppError = (error: unknown): error is AppError =>
  error instanceof Error && error.name === 'AppError'
const url = (name: string) => `https://example.com/${name}`

describe('sql/export', () => {
  let directory = ''
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'atelier-sql-'))))
  afterEach(() => rmSync(directory, { recursive: true }))

  function database(script: string): SqlExportConfig {
    const path = join(directory, 'shop.db')
    const connection = new Libsql(path)
    connection.exec(script)
    connection.close()
    return { ...base, database: { ...base.database, url: `sqlite:${path}` } }
  }

  async function csv(config: SqlExportConfig): Promise<string[]> {
    const { text } = await exported({ ...config, format: 'csv' }, directory)
    return text.split('\n').slice(1, -1)
  }

  async function json(config: SqlExportConfig): Promise<unknown> {
    const { text } = await exported({ ...config, format: 'json' }, directory)
    return JSON.parse(text)
  }

  function fails(config: SqlExportConfig, pattern: RegExp): Promise<void> {
    return assert.rejects(exported(config, directory), (error) => {
      assert.ok(isAppError(error), String(error))
      assert.match([error, ...error.details].map(({ message }) => message).join('\n'), pattern)
      return true
    })
  }

  it('exports the embedded sample: every product once for each image and description', async () => {
    assert.deepEqual(await csv(base), [
      `1,Product 1,${url('image1.jpg')},Translated text 1`,
      `1,Product 1,${url('image2.jpg')},Translated text 1`,
      '2,Product 2,,',
      `3,Product 3,${url('image3.jpg')},Original text 3`,
      `4,Product 4,${url('image4.jpg')},`,
      '5,Product 5,,Original text 5',
    ])
  })

  it('nests images and descriptions in JSON', async () => {
    const first = (await json(base)) as unknown[]
    assert.deepEqual(first.slice(0, 2), [
      {
        title: 'Product 1',
        images: [url('image1.jpg'), url('image2.jpg')],
        descriptions: [{ cc: 'us', type: 'translated', text: 'Translated text 1' }],
      },
      { title: 'Product 2', images: [], descriptions: [] },
    ])
  })

  it('never replaces the database that it reads, by whatever name', async () => {
    const config = database(sampleCatalog)
    const file = join(directory, 'shop.db')
    symlinkSync(file, join(directory, 'link'))
    linkSync(file, join(directory, 'hard'))
    const before = readFileSync(file)
    for (const output of ['shop.db', 'link', 'hard', './shop.db-wal']) {
      const onto = { ...config, output, format: 'csv' } as const
      await fails(onto, /is the database that is exported/)
      await assert.rejects(planExport(onto, { cwd: directory, env: {} }), /is the database/)
    }
    const hidden = { ...config.database, url: '${secret:PLACE}' }
    const onto = { ...config, database: hidden, output: 'shop.db' }
    const refused = exported(onto, directory, { env: { PLACE: file } })
    await assert.rejects(refused, /is the database that is exported/)
    assert.deepEqual(readFileSync(file), before)
  })

  it('ends quietly, and says that it is not complete, where the reader leaves', async () => {
    const stdout = { write: () => Promise.resolve(false), isTerminal: false }
    const { result } = await exported(configOf(), directory, { stdout })
    assert.equal(result.complete, false)
    assert.equal((await exported(configOf(), directory)).result.complete, true)
  })

  it('leaves out columns that are null or deleted', async () => {
    const head = async (...words: string[]) => {
      const { text } = await exported(configOf(...words), directory)
      return text.split('\n')[0]
    }
    const renamed = await head('columns.title=Name', 'columns.description=null')
    assert.equal(renamed, 'product_id,Name,image_url')
    assert.equal(await head('~columns.title', '~columns.image_url'), 'product_id,description')
    assert.equal(await head('~columns'), 'product_id,title,image_url,description')
  })

  it('reads another country, whatever the case of either side', async () => {
    const [first, , , third] = await csv({ ...base, country: 'Uk' })
    assert.equal(first, `1,Product 1,${url('image1.jpg')},Translated text 2`)
    assert.equal(third, `3,Product 3,${url('image3.jpg')},`)
  })

  it('takes the country as a parameter, never as SQL', async () => {
    const country = `us') or 1=1 --`
    const { query } = (await planExport({ ...base, country }, { cwd: directory, env: {} })).result
    assert.deepEqual(query.parameters, [country])
    assert.equal((await csv({ ...base, country })).length, 6)
    assert.ok(!query.sql.includes('1=1'))
  })

  it('keeps large identifiers, unicode, quotes, line breaks and blanks apart', async () => {
    const config = database(`${tables}
      insert into Product values (9007199254740993, 'a "b", c' || char(10) || 'd'), (9007199254740992, 'Größe 日本 👗'), (-7, '');
      insert into ProductDescription values
        (1, 9007199254740993, 'uS', ' padded ', ' '), (2, 9007199254740993, 'US', null, 'second'),
        (3, 9007199254740992, 'us', '', '  ');`)
    const { text } = await exported(config, directory)
    assert.equal(
      text,
      [
        'product_id,title,image_url,description',
        '-7,,,',
        '9007199254740992,Größe 日本 👗,,',
        '9007199254740993,"a ""b"", c\nd",,padded',
        '9007199254740993,"a ""b"", c\nd",,second',
        '',
      ].join('\n'),
    )
    assert.deepEqual(await json(config), [
      { title: '', images: [], descriptions: [] },
      { title: 'Größe 日本 👗', images: [], descriptions: [] },
      {
        title: 'a "b", c\nd',
        images: [],
        descriptions: [
          { cc: 'us', type: 'original', text: 'padded' },
          { cc: 'us', type: 'translated', text: 'second' },
        ],
      },
    ])
  })

  it('defuses cells that a spreadsheet would run', async () => {
    const config = database(`${tables}
      insert into Product values (1, '=1+1'), (2, '@SUM(A1)'), (3, '-2+3'), (4, '-5');`)
    assert.deepEqual(await csv(config), [`1,'=1+1,,`, `2,'@SUM(A1),,`, `3,'-2+3,,`, '4,-5,,'])
  })

  it('keeps a product whose image row is gone, and drops no row for NULL countries', async () => {
    const config = database(`
      create table Product (Id, Title); create table Image (Id, Url);
      create table ProductImages (ProductId, ImageId, ImageIndex);
      create table ProductDescription (Id, ProductId, CountryCode, OriginalText, TranslatedText);
      insert into Product values (1, null), (2, 12.5);
      insert into ProductImages values (1, 99, 0);
      insert into ProductDescription values (1, 2, null, 'x', 'y');`)
    assert.deepEqual(await csv(config), ['1,,,', '2,12.5,,'])
    assert.deepEqual(await json(config), [
      { title: null, images: [], descriptions: [] },
      { title: '12.5', images: [], descriptions: [] },
    ])
  })

  it('exports a catalog without products as an empty result', async () => {
    const config = database(tables)
    const { text, result } = await exported(config, directory)
    assert.equal(text, 'product_id,title,image_url,description\n')
    assert.equal(result.products, 0)
    assert.deepEqual(await json(config), [])
  })

  it('names every missing table and column', async () => {
    const config = database('create table Product (Id, Titel); create table Images (Id, Url);')
    await fails(config, /No column Product\.Title[^]*No table Image\b[^]*No table ProductImages/)
    const bad: unknown = await exported(config, directory).catch((error: unknown) => error)
    assert.ok(isAppError(bad))
    assert.deepEqual(bad.details[0]?.suggestions, ['Titel'])
  })

  it('reads views and names in other case', async () => {
    const config = database(
      tables.replaceAll('Product ', 'PRODUCT ') +
        `alter table Image rename to Pictures; create view image as select * from Pictures;`,
    )
    assert.deepEqual(await csv(config), [])
  })

  it('creates no file where the database is missing', async () => {
    await fails(
      { ...base, database: { ...base.database, url: 'sqlite:nowhere.db' } },
      /Cannot open .*nowhere\.db/,
    )
    assert.deepEqual(readdirSync(directory), [])
  })

  it('refuses directories, other files, damaged databases and unknown schemes', async () => {
    await fails({ ...base, database: { ...base.database, url: directory } }, /is not a file/)
    writeFileSync(join(directory, 'text'), 'no database at all, only text\n'.repeat(100))
    await fails(
      { ...base, database: { ...base.database, url: 'text' } },
      /is not an SQLite database/,
    )
    const config = database(sampleCatalog)
    const bytes = readFileSync(join(directory, 'shop.db'))
    writeFileSync(join(directory, 'shop.db'), bytes.fill(0xff, 4096))
    await fails(config, /is damaged/)
    await fails(
      { ...base, database: { ...base.database, url: 'sqlit:x' } },
      /Unknown kind of database 'sqlit'/,
    )
  })

  it('writes a file whole, and nothing where it may not', async () => {
    const output = join(directory, 'out', 'products.json')
    const { result } = await exported({ ...base, format: 'json', output }, directory)
    assert.equal(result.output, output)
    assert.equal(result.records, null)
    assert.equal((JSON.parse(readFileSync(output, 'utf8')) as unknown[]).length, 5)
    writeFileSync(join(directory, 'file'), '')
    await fails({ ...base, output: 'file/products.csv' }, /Cannot write/)
    assert.deepEqual(readdirSync(join(directory, 'out')), ['products.json'])
  })

  it('never writes to the database', async () => {
    const config = database(sampleCatalog)
    const before = readFileSync(join(directory, 'shop.db'))
    await exported(config, directory)
    assert.deepEqual(readFileSync(join(directory, 'shop.db')), before)
    assert.equal(existsSync(join(directory, 'shop.db-journal')), false)
  })
})
