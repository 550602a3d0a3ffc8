import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.js'
import { writeCurves } from '../../src/report/curves.js'
import { toMetricsCsv } from '../../src/store/metrics-csv.js'
import { exampleSpec } from '../fixtures.js'
import { epochRows } from './figures/epochs.js'

const header = 'epoch,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy'

describe('writeCurves', () => {
  let run: string

  beforeEach(async () => {
    run = await mkdtemp(join(tmpdir(), 'curves-'))
    const checkpoint = { monitor: 'val_accuracy', mode: 'max', every: null }
    const spec = exampleSpec()
    const trainer = { ...spec.trainer, checkpoint }
    await writeFile(join(run, 'spec.json'), JSON.stringify({ ...spec, trainer }))
  })

  afterEach(async () => rm(run, { recursive: true, force: true }))

  it('draws what the run recorded and marks the best epoch by its own monitor', async () => {
    const rows = epochRows(6)
    await writeFile(join(run, 'metrics.csv'), toMetricsCsv(rows))
    const written = await writeCurves(run)
    assert.deepEqual(
      written,
      ['svg', 'png', 'vl.json'].map((ending) => join(run, `curves.${ending}`)),
    )
    const svg = await readFile(join(run, 'curves.svg'), 'utf8')
    const best = rows.reduce((one, other) =>
      other.val_accuracy! > one.val_accuracy! ? other : one,
    )
    assert.ok(svg.includes(`Best epoch by validation accuracy: ${best.epoch} of 6`))
    assert.ok(svg.includes(`validation ${best.val_accuracy!.toFixed(4)}`))
  })

  it('writes nothing before the first epoch has ended', async () => {
    assert.deepEqual(await writeCurves(run), [])
    await writeFile(join(run, 'metrics.csv'), `${header}\n`)
    assert.deepEqual(await writeCurves(run), [])
    assert.deepEqual((await readdir(run)).sort(), ['metrics.csv', 'spec.json'])
  })

  it('draws a run whose last epoch diverged', async () => {
    await writeFile(
      join(run, 'metrics.csv'),
      `${header}\n1,0.1,2.3,0.1,2.2,0.2\n2,0.1,NaN,0.1,Infinity,0.1\n`,
    )
    assert.equal((await writeCurves(run)).length, 3)
  })

  for (const [what, text] of [
    ['a missing column', 'epoch,train_loss\n1,2\n'],
    ['text in place of a number', `${header}\n1,0.1,x,0.5,,\n`],
    ['a row cut short', `${header}\n1,0.1,0.2\n`],
  ] as const) {
    it(`refuses ${what} and names the line`, async () => {
      await writeFile(join(run, 'metrics.csv'), text)
      await assert.rejects(
        writeCurves(run),
        (error) =>
          error instanceof AppError &&
          error.code === 'run_corrupt' &&
          error.location?.line === (what === 'a missing column' ? 1 : 2),
      )
    })
  }
})
