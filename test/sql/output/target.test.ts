import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { outputColumns } from '../../../src/sql/output/columns.js'
import { planTarget } from '../../../src/sql/output/target.js'
import { configOf, exported } from '../exporting.js'

const base = configOf()
const plan = (output: string | null, more: Partial<typeof base> = {}) =>
  planTarget({ ...base, output, ...more }, '/somewhere')

describe('sql/output/target', () => {
  it('takes format and compression from the name of the output', () => {
    const named = (output: string | null) => {
      const { format, compression, path } = plan(output)
      return [format, compression, path]
    }
    assert.deepEqual(named('a.csv'), ['csv', 'none', '/somewhere/a.csv'])
    assert.deepEqual(named('a.b/C.JSONL.GZ'), ['ndjson', 'gzip', '/somewhere/a.b/C.JSONL.GZ'])
    assert.deepEqual(named('a.json.zst'), ['json', 'zstd', '/somewhere/a.json.zst'])
    assert.deepEqual(named('/x/a.parquet'), ['parquet', 'none', '/x/a.parquet'])
    assert.deepEqual(named('a.sqlite3'), ['sqlite', 'none', '/somewhere/a.sqlite3'])
    assert.deepEqual(named('-'), ['csv', 'none', null])
    assert.deepEqual(named(null), ['csv', 'none', null])
    assert.equal(plan('a.out', { format: 'json' }).format, 'json')
    assert.equal(plan('a.csv', { compression: 'zstd' }).compression, 'zstd')
    assert.equal(plan('a.csv.gz', { compression: 'none' }).compression, 'none')
  })

  it('refuses what cannot be', () => {
    assert.throws(() => plan('a.out'), /does not tell its format/)
    assert.throws(
      () => plan('a.parquet', { compression: 'gzip' }),
      /parquet file is not compressed/,
    )
    assert.throws(() => plan('a.db.zst'), /sqlite file is not compressed with zstd/)
    assert.throws(() => plan(null, { format: 'sqlite' }), /cannot go to standard output/)
  })

  it('refuses a directory as the output', () => {
    const directory = mkdtempSync(join(tmpdir(), 'atelier-sql-target-'))
    try {
      assert.throws(() => plan(directory), { code: 'output_unwritable', exit: 8 })
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('refuses bytes on a terminal, and --resume on standard output', async () => {
    const terminal = { write: () => Promise.resolve(true), isTerminal: true }
    const to = (words: string[], more: object) => exported(configOf(...words), tmpdir(), more)
    await assert.rejects(to(['format=parquet'], { stdout: terminal }), /not for a terminal/)
    await assert.rejects(
      to(['compression=gzip'], { stdout: terminal }),
      /gzip is not for a terminal/,
    )
    await assert.rejects(to([], { resume: true }), /goes on with a file/)
    await assert.rejects(to(['compression=zstd'], { stdout: null }), /--json has no room/)
  })

  it('refuses columns that cannot be', () => {
    const columns = Object.fromEntries(Object.keys(base.columns).map((key) => [key, null]))
    const none = columns as unknown as typeof base.columns
    assert.throws(() => outputColumns({ ...base, columns: none }, 'csv'), /Every column is null/)
    assert.equal(outputColumns({ ...base, columns: none }, 'json').length, 8)
    const twins = { ...none, title: 'ID', product_id: 'id' }
    assert.equal(outputColumns({ ...base, columns: twins }, 'csv').length, 2)
    assert.throws(() => outputColumns({ ...base, columns: twins }, 'sqlite'), /have the same name/)
    assert.throws(
      () => outputColumns({ ...base, columns: { ...twins, title: 'id' } }, 'csv'),
      /columns.product_id and columns.title have the same name 'id'/,
    )
  })
})
