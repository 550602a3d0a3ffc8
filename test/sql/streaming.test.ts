import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { check, property, array, constantFrom, integer, option, string, oneof } from 'fast-check'
import { formatSql } from '../../src/sql/catalog/format-sql.js'
import { copyLine, copyReader } from '../../src/sql/connections/copy-text.js'
import { fillPlaceholders } from '../../src/sql/connections/quote.js'
import type { TextRow } from '../../src/sql/databases.js'
import { dialects, emptyDatabase, queryOf } from './catalogs.js'

/** 300,000 rows of 400 characters: 120 MB. */
const big = {
  sqlite: queryOf(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 300000)
    select i, printf('%400d', i) from n`),
  postgres: queryOf(`select i, lpad(i::text, 400) from generate_series(1, 300000) i`),
  mysql: queryOf(`select seq, lpad(seq, 400, ' ') from seq_1_to_300000`),
} as const

const limitBytes = 60_000_000

describe('sql: streaming', () => {
  for (const dialect of dialects) {
    it(`reads far more than it holds, as fast as rows are taken, on ${dialect}`, async function () {
      const place = await emptyDatabase(this, dialect)
      await place.run('create table [t] ([x] integer)')
      const database = await place.open()
      const used = () => {
        const { heapUsed, external } = process.memoryUsage()
        return heapUsed + external
      }
      const before = used()
      let [count, most, batches] = [0, 0, 0]
      for await (const rows of database.stream(big[dialect])) {
        // A reader that is slow at first must not make rows pile up.
        if (batches++ < 3) await delay(100)
        count += rows.length
        assert.equal(rows[0]?.[1]?.length, 400)
        most = Math.max(most, used() - before)
      }
      await database.close()
      assert.equal(count, 300_000)
      assert.ok(most < limitBytes, `${String(Math.round(most / 1e6))} MB`)
    })
  }

  const cell = option(
    oneof(
      string({ unit: 'binary' }),
      string({ unit: constantFrom('\\', 'N', '\t', '\n', '\r', '.', 'é', '👗', 'b') }),
    ),
    { nil: null },
  )

  it('reads the text format of COPY back, wherever pieces end', () => {
    const rows = array(array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 8 })
    const result = check(
      property(rows, array(integer({ min: 1, max: 9 }), { minLength: 1 }), (written, sizes) => {
        const bytes = Buffer.from(written.map(copyLine).join(''))
        const read = copyReader()
        const found: TextRow[] = []
        for (let start = 0, turn = 0; start < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          found.push(...read(bytes.subarray(start, start + size)))
          start += size
        }
        assert.deepEqual(found, written)
      }),
      { numRuns: 500 },
    )
    assert.equal(result.failed, false, String(result.errorInstance))
  })

  it('changes nothing but white space of the SQL it shows', () => {
    const sql = `select "a ( from", 'it''s, from' , count(*) from (select x, row_number() over (partition by y order by z) from "t") as "where" left join b on (a = b and c in (1, 2)) where x > ? order by 1, 2`
    const shown = formatSql(sql)
    assert.equal(shown.replace(/\s+/g, ''), sql.replace(/\s+/g, ''))
    assert.deepEqual(
      shown.split('\n').map((line) => /^ *\S+/.exec(line)?.[0]),
      [
        'select',
        '  "a',
        "  'it''s,",
        '  count(*)',
        'from',
        '  select',
        '    x,',
        '    row_number()',
        '  from',
        ')',
        'left',
        'where',
        'order',
      ],
    )
  })

  it('fills placeholders outside of quotes only', () => {
    const filled = fillPlaceholders(
      "select ?, '?', 'it''s ?', 'a\\'?', `?``?`, \"?\", ?",
      [1, 2],
      String,
    )
    assert.equal(filled, "select 1, '?', 'it''s ?', 'a\\'?', `?``?`, \"?\", 2")
  })
})
