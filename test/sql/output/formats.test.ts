import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import Libsql from 'libsql'
import { openParquet } from '../../../src/sql/output/parquet.js'
import { exported } from '../exporting.js'
import { exportOf, makeCatalog } from './catalog-file.js'

const long = '👗"=,\n'.repeat(1 << 17)
const odd = [
  `insert into Product values (9007199254740993, 'שלום ' || char(13, 10) || '"é" 👗'), (-7, '=1+1')`,
  `insert into ProductDescription values (900, 9007199254740993, 'US', null, '${long}')`,
].join(';')

describe('sql/output/formats', () => {
  let directory = ''
  let shop = ''
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'atelier-sql-formats-'))
    shop = makeCatalog(directory, 300, odd)
  })
  after(() => rmSync(directory, { recursive: true }))

  /** Writes a file, checks what is said of it, and gives its bytes. */
  async function written(name: string, ...words: string[]): Promise<Buffer> {
    const output = join(directory, name)
    const config = { ...exportOf(shop, 'csv.formulas=keep', ...words), output }
    const { result, text } = await exported(config, directory)
    const bytes = readFileSync(output)
    assert.equal(text, '')
    assert.equal(result.bytes, bytes.length)
    assert.equal(result.sha256, createHash('sha256').update(bytes).digest('hex'))
    assert.deepEqual(
      [result.rows, result.products, result.products_with_several_images],
      [402, 302, 100],
    )
    assert.deepEqual([result.products_without_image, result.products_without_description], [2, 61])
    return bytes
  }

  /** The rows as the database itself has them. */
  const expected = async () => {
    const { result } = await exported(exportOf(shop, 'format=ndjson', 'output=null'), directory, {
      stdout: null,
    })
    return result.records as Record<string, string | null>[]
  }

  it('writes CSV that another program reads as the same rows', async () => {
    const read = parse<Record<string, string>>(await written('a.csv'), { columns: true })
    const blank = (await expected()).map((row) =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value ?? ''])),
    )
    assert.deepEqual(read, blank)
    assert.equal(
      read.find(({ product_id }) => product_id === '9007199254740993')?.description,
      long,
    )
  })

  it('writes CSV as told: a mark, delimiters, line ends, other names, fewer columns', async () => {
    const words = ['csv.bom=true', 'csv.delimiter=semicolon', 'csv.line_ending=crlf']
    const names = ['columns.title=Titel; neu', 'columns.description=null', 'columns.image_id=image']
    const config = exportOf(shop, ...words, ...names.map((name) => name.replace(/=(.*)/, "='$1'")))
    const { text } = await exported(
      { ...config, columns: { ...config.columns, description: null } },
      directory,
    )
    assert.ok(
      text.startsWith('\uFEFFproduct_id;"Titel; neu";image;image_url\r\n-7;'),
      text.slice(0, 99),
    )
    assert.match(text, /\r\n3;"Product 3, ""new""";2;https/)
  })

  it('writes NDJSON: identifiers as texts, whatever their size', async () => {
    const lines = (await written('a.ndjson')).toString('utf8').split('\n').slice(0, -1)
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      await expected(),
    )
    assert.match(
      lines.at(-1) ?? '',
      /^\{"product_id":"9007199254740993","title":"שלום \\r\\n\\"é\\"/,
    )
  })

  it('writes nested JSON with one product a line, whole products even across blocks', async () => {
    const text = (await written('a.json')).toString('utf8')
    const products = JSON.parse(text) as {
      title: string
      images: string[]
      descriptions: unknown[]
    }[]
    assert.equal(text.split('\n').length, products.length + 3)
    assert.deepEqual(products[3], {
      title: 'Product 3, "new"',
      images: ['https://example.com/2.jpg', 'https://example.com/3.jpg'],
      descriptions: [{ cc: 'us', type: 'original', text: 'Text 3 日本' }],
    })
  })

  it('writes Parquet: whole numbers as INT64, texts, NULL', async () => {
    const bytes = await written('a.parquet', 'columns.image_id=image_id')
    const file = new Uint8Array(bytes).buffer
    const rows = (await parquetReadObjects({ file })) as Record<string, unknown>[]
    const texts = rows.map(({ image_id, ...row }) => {
      assert.ok(image_id === null || typeof image_id === 'bigint')
      return { ...row, product_id: String(row.product_id) }
    })
    assert.deepEqual(texts, await expected())
    assert.equal(rows.at(-1)?.product_id, 9007199254740993n)
    const types = parquetMetadata(file)
      .schema.slice(1)
      .map(({ type, converted_type: kind }) => kind ?? type)
    assert.deepEqual(types, ['INT64', 'UTF8', 'INT64', 'UTF8', 'UTF8'])
  })

  it('keeps 64 bits in Parquet and refuses more', async () => {
    const columns = [{ column: 'product_id' as const, name: 'id', index: 0, integer: true }]
    const { csv } = exportOf(shop)
    const encoder = await openParquet({ columns, csv, state: undefined })
    const most = ['9223372036854775807', '-9223372036854775808', null]
    const block = encoder.block(
      most.map((id) => [id]),
      true,
    )
    const file = new Uint8Array(Buffer.concat([block, encoder.end()])).buffer
    const rows = (await parquetReadObjects({ file })) as { id: bigint | null }[]
    assert.deepEqual(
      rows.map(({ id }) => (id === null ? null : String(id))),
      most,
    )
    for (const id of ['9223372036854775808', 'three', '']) {
      assert.throws(() => encoder.block([[id]], true), { code: 'data_mismatch' })
    }
  })

  it('writes an SQLite table that keeps integers as integers', async () => {
    await written('a.db', 'columns.title=\'a "title"\'')
    const connection = new Libsql(join(directory, 'a.db'))
    connection.defaultSafeIntegers(true)
    const rows = connection.prepare('select * from catalog').all() as Record<string, unknown>[]
    const first = connection.prepare(
      `select typeof(product_id) as kind, "a ""title""" as title from catalog`,
    )
    assert.deepEqual(first.raw().get(), ['integer', '=1+1'])
    connection.close()
    const texts = rows.map(({ 'a "title"': title, ...row }) => ({
      ...{ ...row, title },
      product_id: String(row.product_id),
    }))
    assert.deepEqual(
      texts.map((row) => Object.entries(row).sort()),
      (await expected()).map((row) => Object.entries(row).sort()),
    )
  })

  it('compresses by extension, as gzip and zstd themselves read it', async () => {
    const bare = await written('b.csv')
    const packed = await written('b.csv.gz')
    assert.ok(packed.length < bare.length / 3)
    assert.deepEqual(gunzipSync(packed), bare)
    assert.deepEqual(unpack('gzip', 'b.csv.gz'), bare)
    await written('b.csv.zst')
    const read = unpack('zstd', 'b.csv.zst')
    if (read === null) process.stderr.write('      zstd is not installed: its file is not read\n')
    else assert.deepEqual(read, bare)
  })

  function unpack(program: string, name: string): Buffer | null {
    try {
      const words = ['-d', '-c', join(directory, name)]
      return execFileSync(program, words, { maxBuffer: 1 << 26 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  it('writes catalogs without products in every format', async () => {
    const other = mkdtempSync(join(directory, 'empty-'))
    const empty = makeCatalog(other, 0)
    const texts = { csv: 'product_id,title,image_url,description\n', ndjson: '', json: '[]\n' }
    for (const [format, text] of Object.entries(texts)) {
      const { text: own } = await exported(exportOf(empty, `format=${format}`), other)
      assert.equal(own, text)
    }
    for (const name of ['a.parquet', 'a.db', 'a.csv.zst', 'a.ndjson.gz']) {
      const { result } = await exported({ ...exportOf(empty), output: name }, other)
      assert.deepEqual([result.rows, result.products], [0, 0])
    }
    const file = new Uint8Array(readFileSync(join(other, 'a.parquet'))).buffer
    assert.deepEqual(await parquetReadObjects({ file }), [])
    const connection = new Libsql(join(other, 'a.db'))
    assert.deepEqual(connection.prepare('select * from catalog').all(), [])
    connection.close()
  })

  it('shows country and type where the reading gives them a meaning', async () => {
    const header = async (...words: string[]) =>
      (await exported(exportOf(shop, ...words), directory)).text.split('\n')[0]
    const wide = 'product_id,title,image_url,country,type,description'
    assert.equal(await header('reading=any_translation'), wide)
    assert.equal(await header('reading=single'), 'product_id,title,image_url,description')
    const words = ['reading=any_translation', 'columns.type=null', 'columns.country=land']
    assert.equal(await header(...words), 'product_id,title,image_url,land,description')
  })

  it('hands out the records of a small catalog where there is no output, and no large one', async () => {
    const { result } = await exported(exportOf(shop, 'format=json'), directory, { stdout: null })
    assert.equal(result.records?.length, 302)
    assert.deepEqual([result.bytes, result.sha256, result.output], [null, null, null])
    const other = mkdtempSync(join(directory, 'large-'))
    const large = makeCatalog(other, 9000)
    await assert.rejects(
      exported(exportOf(large), other, { stdout: null }),
      /More than 10000 rows do not go into one JSON document/,
    )
  })
})
