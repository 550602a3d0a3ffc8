import assert from 'node:assert/strict'
import {
  all,
  catalogTables,
  dialects,
  emptyDatabase,
  failure,
  fill,
  queryOf,
  rowsOf,
} from './catalogs.js'

const texts = [
  `it's "quoted" \\ and \\N and \\\\`,
  'two\nlines\r\nand\ttab',
  '👗 emoji, ünïcödé, 日本語',
  'שלום עולם, مرحبا بالعالم \u202Ertl\u202C',
  '',
  '\\N',
  '; drop table [Product] --',
  'A long text, with "quotes", and 👗. '.repeat(30_000),
]

describe('sql: values', () => {
  for (const dialect of dialects) {
    it(`keeps every text as it is on ${dialect}`, async function () {
      const database = await emptyDatabase(this, dialect)
      await database.run(...catalogTables(dialect))
      const titles = [...texts, null]
      await fill(database, { Product: titles.map((title, index) => [String(index + 1), title]) })
      const rows = await rowsOf(database, ['title'])
      assert.deepEqual(
        rows.map(([title]) => title),
        titles,
      )
    })

    it(`keeps identifiers beyond 2^53 exact and in order on ${dialect}`, async function () {
      const database = await emptyDatabase(this, dialect)
      await database.run(...catalogTables(dialect))
      const ids = [
        '-9223372036854775808',
        '-5',
        '9007199254740992',
        '9007199254740993',
        '9223372036854775807',
      ]
      await fill(database, {
        Product: [...ids].reverse().map((id) => [id, id]),
        Image: [['9007199254740993', 'u']],
        ProductImages: [['9007199254740993', '9007199254740993', '0']],
      })
      const rows = await rowsOf(database, ['product_id', 'title', 'image_id'])
      assert.deepEqual(
        rows,
        ids.map((id) => [id, id, id === '9007199254740993' ? id : null]),
      )
      const later = await rowsOf(database, ['product_id'], { after: '9007199254740992' })
      assert.deepEqual(later, [['9007199254740993'], ['9223372036854775807']])
    })

    it(`takes texts, bytes and numbers as identifiers on ${dialect}`, async function () {
      const kinds = {
        sqlite: [
          ['text', ['a', 'b', 'é']],
          ['blob', ['\\x00ff', '\\xdeadbeef']],
        ],
        postgres: [
          [
            'uuid',
            ['0e37df36-f698-11e6-8dd4-cb9ced3df976', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
          ],
          ['bytea', ['\\x00ff', '\\xdeadbeef']],
          ['numeric(30,0)', ['2', '10', '123456789012345678901234567890']],
          ['varchar(10)', ['10', '2', 'b']],
        ],
        mysql: [
          ['binary(4)', ['\\x00ff0001', '\\xdeadbeef']],
          ['decimal(30,0)', ['2', '10', '123456789012345678901234567890']],
          ['varchar(10)', ['10', '2', 'b']],
        ],
      } as const
      for (const [type, ids] of kinds[dialect]) {
        const database = await emptyDatabase(this, dialect)
        await database.run(...catalogTables(dialect, type))
        const literal = (id: string) =>
          id.startsWith('\\x') && dialect !== 'postgres' ? `x'${id.slice(2)}'` : `'${id}'`
        await database.run(
          ...ids.flatMap((id) => [
            `insert into [Product] values (${literal(id)}, 'title')`,
            `insert into [Image] values (${literal(id)}, 'url')`,
            `insert into [ProductImages] values (${literal(id)}, ${literal(id)}, 0)`,
          ]),
        )
        const rows = await rowsOf(database, ['product_id', 'image_url'])
        assert.deepEqual(
          rows,
          ids.map((id) => [id, 'url']),
          type,
        )
        const later = await rowsOf(database, ['product_id'], { after: ids[0] })
        assert.deepEqual(
          later,
          ids.slice(1).map((id) => [id]),
          type,
        )
      }
    })

    it(`counts only white space as blank on ${dialect}`, async function () {
      const database = await emptyDatabase(this, dialect)
      await database.run(...catalogTables(dialect))
      const pairs = [
        [' \t\r\n ', 'original'],
        ['', ' \n'],
        ['\u00A0', 'original'],
        ['  padded  ', null],
        ['\n\tx', 'original'],
        [null, '0'],
      ] as const
      await fill(database, {
        Product: pairs.map((_, index) => [String(index + 1), null]),
        ProductDescription: pairs.map(([translated, original], index) => [
          ...[String(index + 1), String(index + 1), 'uS', original, translated],
        ]),
      })
      assert.deepEqual(await rowsOf(database, ['description', 'type']), [
        ['original', 'original'],
        [null, null],
        ['\u00A0', 'translated'],
        ['padded', 'translated'],
        ['\n\tx', 'translated'],
        ['0', 'original'],
      ])
    })

    it(`finds a country whatever its case, type and collation on ${dialect}`, async function () {
      const types = {
        sqlite: ['text', 'text collate nocase', 'blob'],
        postgres: ['text', 'char(5)', 'varchar(2) collate "C"'],
        mysql: [
          ...['char(5)', 'varchar(5) collate utf8mb4_bin', 'varbinary(5)'],
          ...["enum('US','uk','ús') collate utf8mb4_bin", 'varchar(5) character set latin1'],
        ],
      }[dialect]
      for (const type of types) {
        const database = await emptyDatabase(this, dialect)
        const tables = catalogTables(dialect).map((sql) =>
          sql.replace('[CountryCode] varchar(20)', `[CountryCode] ${type}`),
        )
        await database.run(...tables, `insert into [Product] values (1, 'one')`)
        const word = dialect === 'sqlite' && type === 'blob' ? `cast('US' as blob)` : `'US'`
        await database.run(
          `insert into [ProductDescription] values (1, 1, ${word}, 'here', null)`,
          `insert into [ProductDescription] values (2, 1, 'uk', 'there', null)`,
        )
        if (dialect === 'mysql') {
          await database.run(
            `insert into [ProductDescription] values (3, 1, 'ús', 'elsewhere', null)`,
          )
        }
        const rows = await rowsOf(database, ['country', 'description'], { country: 'Us' })
        assert.deepEqual(rows, [['us', 'here']], type)
      }
    })

    it(`takes any country for a text, never for SQL, on ${dialect}`, async function () {
      const database = await emptyDatabase(this, dialect)
      await database.run(...catalogTables(dialect))
      await fill(database, { Product: [['1', 'one']] })
      for (const country of [`') or 1=1 --`, `\\' or 1=1 -- `, `"$1"`, '?', `$$`, `a\nb`]) {
        await database.run(`delete from [ProductDescription]`)
        await fill(database, {
          ProductDescription: [
            ['1', '1', country, 'here', null],
            ['2', '1', 'us', 'us', null],
          ],
        })
        for (const reading of ['us_only', 'single'] as const) {
          const rows = await rowsOf(database, ['description'], { country, reading })
          assert.deepEqual(rows, [['here']], country)
        }
      }
    })
  }

  it('inlines any text into a statement of PostgreSQL', async function () {
    const opened = await (await emptyDatabase(this, 'postgres')).open()
    for (const text of [...texts, `'`, `''`, `\\'`, '$1', `"`, 'E\\047']) {
      const rows = await all(
        opened,
        queryOf(`select $1::text, '$1', "$1" from (select $2::text as "$1") t`, text, text),
      )
      assert.deepEqual(rows, [[text, '$1', text]])
    }
    const error = await failure(all(opened, queryOf('select $1', 'a\0b')))
    assert.equal(error.code, 'config_invalid')
    await opened.close()
  })
})
