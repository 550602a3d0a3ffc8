import assert from 'node:assert/strict'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { delimiters, lineEndings, openCsv } from '../../../src/sql/output/csv.js'
import type { EncoderOptions } from '../../../src/sql/output/formats.js'

type Csv = EncoderOptions['csv']
type Row = readonly (string | null)[]

const plain: Csv = { delimiter: 'comma', bom: false, line_ending: 'lf', formulas: 'neutralize' }

async function encoded(csv: Csv, header: readonly string[], rows: readonly Row[]): Promise<Buffer> {
  const columns = header.map((name, index) => {
    return { column: 'title' as const, name, index, integer: false }
  })
  const encoder = await openCsv({ columns, csv, state: undefined })
  const pieces = rows.map((row) => encoder.block([row], true))
  return Buffer.concat([...pieces, encoder.end()])
}

/** The library that defines the bytes, with the options that the documentation names. */
function defined(csv: Csv, header: readonly string[], rows: readonly Row[]): Buffer {
  const text = stringify(
    [header, ...rows].map((row) => [...row]),
    {
      bom: csv.bom,
      delimiter: delimiters[csv.delimiter],
      record_delimiter: lineEndings[csv.line_ending],
      escape_formulas: csv.formulas === 'neutralize',
      quoted_match: /[\r\n]|^\s|\s$/,
      ...(header.length === 1 && { quoted_empty: true }),
      cast: {
        string: (value) => (/^-\d+$/.test(value) ? { value, escape_formulas: false } : value),
      },
    },
  )
  return Buffer.from(text)
}

const hostile = fc.constantFrom(
  ...['"', '""', ',', ';', '\t', '|', '\n', '\r', '\r\n', ' ', '=', '+', '-', '@', "'", '\0', '\v'],
  ...['-5', '-5a', '-', '--1', '＝1', '＋', '－', '＠', '\u00A0', '\uFEFF', '\u2028', '\u0085'],
  ...['👗', 'é', 'e\u0301', 'שלום', '\u202Eabc', '日本', '\uD800', 'a', '9007199254740993', ''],
)
const cell = fc.option(
  fc.oneof(
    fc.array(hostile, { maxLength: 4 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ maxLength: 8 }),
  ),
)
const csvOptions: fc.Arbitrary<Csv> = fc.record({
  delimiter: fc.constantFrom('comma', 'semicolon', 'tab', 'pipe'),
  bom: fc.boolean(),
  line_ending: fc.constantFrom('lf', 'crlf'),
  formulas: fc.constantFrom('neutralize', 'keep'),
})
const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
  fc.record({
    header: fc.array(
      cell.map((text) => text ?? 'x'),
      { minLength: width, maxLength: width },
    ),
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 }),
  }),
)

describe('sql/output/csv', () => {
  it('writes the bytes of csv-stringify, whatever the options and texts', async () => {
    const property = fc.asyncProperty(csvOptions, table, async (csv, { header, rows }) => {
      const [own, theirs] = [await encoded(csv, header, rows), defined(csv, header, rows)]
      assert.equal(own.toString('hex'), theirs.toString('hex'))
    })
    await fc.assert(property, { numRuns: 4000 })
  })

  it('gives every cell back to a reader where formulas are kept; NULL reads as an empty text', async () => {
    const property = fc.asyncProperty(csvOptions, table, async (options, { header, rows }) => {
      const csv = { ...options, formulas: 'keep' as const }
      const text = (await encoded(csv, header, rows)).toString('utf8')
      const read: unknown = parse(text, {
        bom: csv.bom,
        delimiter: delimiters[csv.delimiter],
        record_delimiter: lineEndings[csv.line_ending],
      })
      // Half a character has no form in UTF-8, and a mark in front is taken for that of the file.
      const same = (value: string | null) => Buffer.from(value ?? '').toString('utf8')
      const wanted = [header, ...rows].map((row) => row.map(same))
      if (!csv.bom && wanted[0]?.[0]?.startsWith('\uFEFF') === true) return
      assert.deepEqual(read, wanted)
    })
    await fc.assert(property, { numRuns: 1500 })
  })

  it('writes cells of a megabyte, quoted or not', async () => {
    const rows = [
      ['x'.repeat(1 << 20), '"'.repeat(1 << 20)],
      [null, '👗'.repeat(1 << 18)],
    ]
    const bytes = await encoded(plain, ['a', 'b'], rows)
    assert.deepEqual(bytes, defined(plain, ['a', 'b'], rows))
  })

  it('keeps a row of one empty cell apart from an empty line', async () => {
    assert.equal((await encoded(plain, ['a'], [[null], ['']])).toString(), 'a\n""\n""\n')
  })

  it('writes the header, and the mark before it, only at the beginning of a file', async () => {
    const columns = [{ column: 'title' as const, name: 'a', index: 0, integer: false }]
    const encoder = await openCsv({ columns, csv: { ...plain, bom: true }, state: null })
    assert.equal(Buffer.from(encoder.block([['x']], true)).toString(), 'x\n')
    assert.equal(encoder.end().length, 0)
  })
})
