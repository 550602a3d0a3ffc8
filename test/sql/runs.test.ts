import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleSpec } from '../fixtures.js'
import type { SqlExportConfig } from '../../src/spec/types.gen.js'
import { exportRuns } from '../../src/sql/runs/export-runs.js'
import { RunDirectory } from '../../src/store/run-directory.js'
import { context, dialects, emptyDatabase, type TestDatabase } from './catalogs.js'

const clock = () => Date.now()
const unchanged = { added: 0, changed: 0, unchanged: 0, removed: 0, skipped: 0 }

describe('sql-export source=runs', () => {
  let root = ''
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'atelier-store-'))))
  afterEach(() => rmSync(root, { recursive: true }))

  /** A finished run of two epochs with one evaluation, as `train` and `test` leave them. */
  async function run(seed: number): Promise<RunDirectory> {
    const spec = exampleSpec({ seed, run: { root, tags: ['a', 'b'], note: "it's a \u0000 note" } })
    const facts = { result_key: 'k', parent: null, versions: { atelier: '1' }, git: null }
    const made = await RunDirectory.create(spec, facts, clock)
    const epoch = { learning_rate: 1e-7, train_loss: 0.1 + 0.2, train_accuracy: 0.5 }
    const rows = [
      { epoch: 1, ...epoch, val_loss: null, val_accuracy: null },
      { epoch: 2, ...epoch, val_loss: 1 / 3, val_accuracy: 1 },
    ]
    await made.writeMetrics(rows)
    const best = { epoch: 2, monitor: 'val_loss', value: 1 / 3 }
    const outcome = { kind: 'completed', epochs: 2, best, final: null, weight_hash: 'w' } as const
    await made.finish('succeeded', outcome, null)
    const place = join(made.path, 'eval', 'test-0123abcd')
    mkdirSync(place, { recursive: true })
    const evaluation = {
      ...{ record_version: 1, split: 'test', data_fingerprint: 'f', accuracy: 0.875, loss: null },
      checkpoint: { run_id: made.id, name: 'best', epoch: 2 },
      per_class: [{ class: 'Größe ', recall: 0.25 }],
    }
    writeFileSync(join(place, 'metrics.json'), JSON.stringify(evaluation))
    return made
  }

  function sweep(id: string, runId: string): string {
    const path = join(root, 'sweeps', id)
    mkdirSync(path, { recursive: true })
    const trials = [
      { number: 0, words: ['seed=1'] },
      { number: 1, words: ['seed=2'] },
    ]
    const objective = { metric: 'val_loss', mode: 'min' }
    const plan = { record_version: 1, sampler: { name: 'grid' }, objective, axes: [], trials }
    writeFileSync(join(path, 'plan.json'), JSON.stringify(plan))
    const ended = { kind: 'trial_ended', number: 0, run_id: runId, state: 'succeeded', value: 0.5 }
    writeFileSync(join(path, 'journal.jsonl'), `${JSON.stringify(ended)}\n{"cut`)
    return path
  }

  const warnings: string[] = []
  const write = ({ config }: TestDatabase, change: Partial<SqlExportConfig['run']> = {}) => {
    warnings.length = 0
    const log = { info() {}, warn: (text: string) => warnings.push(text), warnings: [] }
    const progress = { start() {}, update() {}, stop() {} }
    const signal = new AbortController().signal
    const given = { ...context, clock, log, progress, signal }
    return exportRuns({ ...config, run: { ...config.run, root, ...change } }, given)
  }
  const rows = ({ write: use }: TestDatabase, sql: string) => use((database) => database.rows(sql))

  for (const dialect of dialects) {
    it(`holds what the run directories hold, on ${dialect}`, async function () {
      const database = await emptyDatabase(this, dialect)
      const [first, second] = [await run(1), await run(2)]
      sweep('20260101-000000-grid-0001', first.id)
      const { store, ...done } = await write(database)
      assert.deepEqual(done.runs, { ...unchanged, added: 2 })
      assert.deepEqual(done.sweeps, { ...unchanged, added: 1 })
      assert.equal(store, `${hostname()}:${root}`)
      const runs = await rows(
        database,
        'select run_id, seed, state, epochs, best_value, tags, note, path from atelier_runs order by seed',
      )
      const facts = ['succeeded', '2', '0.3333333333333333', '["a","b"]', "it's a  note"]
      assert.deepEqual(runs.map(exactNumbers), [
        [first.id, '1', ...facts, first.path],
        [second.id, '2', ...facts, second.path],
      ])
      const metrics = await rows(
        database,
        `select epoch, name, value from atelier_metrics where run_id = '${first.id}' order by epoch, name`,
      )
      assert.deepEqual(metrics.map(exactNumbers), [
        ['1', 'learning_rate', '1e-7'],
        ['1', 'train_accuracy', '0.5'],
        ['1', 'train_loss', '0.30000000000000004'],
        ['2', 'learning_rate', '1e-7'],
        ['2', 'train_accuracy', '0.5'],
        ['2', 'train_loss', '0.30000000000000004'],
        ['2', 'val_accuracy', '1'],
        ['2', 'val_loss', '0.3333333333333333'],
      ])
      const params = await rows(
        database,
        `select path, type, value from atelier_params where run_id = '${first.id}' and (path like 'model.hid%' or path like 'optimizer.n%' or path like 'labels.ali%' or path = 'split.test_size') order by position`,
      )
      assert.deepEqual(params, [
        ['labels.aliases', 'mapping', '{}'],
        ['split.test_size', 'null', null],
        ['model.hidden', 'list', '[16]'],
        ['optimizer.name', 'string', 'adam'],
      ])
      const scores = await rows(
        database,
        `select evaluation, class, name, value from atelier_evaluation_metrics where run_id = '${first.id}' order by position`,
      )
      assert.deepEqual(scores.map(exactNumbers), [
        ['test-0123abcd', null, 'accuracy', '0.875'],
        ['test-0123abcd', 'Größe ', 'recall', '0.25'],
      ])
      const trials = await rows(
        database,
        'select trial, words, state, run_id, value from atelier_trials order by trial',
      )
      assert.deepEqual(trials.map(exactNumbers), [
        ['0', '["seed=1"]', 'succeeded', first.id, '0.5'],
        ['1', '["seed=2"]', 'planned', null, null],
      ])
    })

    it(`changes nothing the second time, and only what changed the third, on ${dialect}`, async function () {
      const database = await emptyDatabase(this, dialect)
      const [first, second, third] = [await run(1), await run(2), await run(3)]
      const swept = sweep('20260101-000000-grid-0001', first.id)
      await write(database)
      const file = String(database.config.database.url).replace('sqlite:', '')
      const bytes = dialect === 'sqlite' ? readFileSync(file) : undefined
      const again = await write(database)
      assert.deepEqual(again.runs, { ...unchanged, unchanged: 3 })
      assert.equal(again.rows, 0)
      if (bytes !== undefined) assert.deepEqual(readFileSync(file), bytes)
      appendFileSync(join(first.path, 'metrics.csv'), '3,0.1,0.2,0.3,,\n')
      rmSync(second.path, { recursive: true })
      writeFileSync(join(third.path, 'spec.json'), '{')
      rmSync(swept, { recursive: true })
      const changed = await write(database)
      assert.deepEqual(changed.runs, { ...unchanged, changed: 1, removed: 1, skipped: 1 })
      assert.deepEqual(changed.sweeps, { ...unchanged, removed: 1 })
      assert.match(warnings.join(), /spec\.json is not valid JSON/)
      const left = await rows(
        database,
        'select r.seed, count(m.epoch) from atelier_runs r left join atelier_metrics m on m.run_id = r.run_id group by r.seed order by r.seed',
      )
      assert.deepEqual(left, [
        ['1', '11'],
        ['3', '8'],
      ])
      assert.deepEqual(await rows(database, 'select * from atelier_trials'), [])
    })
  }

  it('keeps the runs of other stores, and needs its own to be there', async function () {
    const database = await emptyDatabase(this, 'sqlite')
    await run(1)
    await write(database)
    const other = mkdtempSync(join(tmpdir(), 'atelier-store-'))
    try {
      const empty = await write(database, { root: other })
      assert.deepEqual(empty.runs, unchanged)
      assert.equal((await rows(database, 'select * from atelier_runs')).length, 1)
    } finally {
      rmSync(other, { recursive: true })
    }
    await assert.rejects(write(database, { root: other }), { code: 'run_not_found' })
  })

  it('refuses tables of a newer version, and the embedded sample', async function () {
    const database = await emptyDatabase(this, 'sqlite')
    await run(1)
    await write(database)
    await database.run('update atelier_tables set version = 99')
    await assert.rejects(write(database), { code: 'record_too_new', exit: 4 })
    const sample = { ...database.config, database: { ...database.config.database, url: null } }
    await assert.rejects(write({ ...database, config: sample }), { code: 'config_missing' })
  })

  it('is all or nothing', async function () {
    const database = await emptyDatabase(this, 'sqlite')
    await run(1)
    const log = { info() {}, warn() {}, warnings: [] }
    const progress = { start() {}, update() {}, stop() {} }
    const given = { ...context, clock, log, progress, signal: AbortSignal.abort() }
    const config = { ...database.config, run: { ...database.config.run, root } }
    await assert.rejects(exportRuns(config, given), { code: 'interrupted' })
    await assert.rejects(rows(database, 'select * from atelier_runs'), { exit: 4 })
  })
})

/** Databases write the same double in several ways. */
function exactNumbers(row: readonly (string | null)[]): (string | null)[] {
  return row.map((cell) =>
    cell !== null && /^\d[\d.e-]*$/.test(cell) ? String(Number(cell)) : cell,
  )
}
