import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunSpec } from '../../src/spec/run-spec.js'
import { atelier } from '../cli.js'
import { metricsOf, small, train, type TestResult, type TrainResult } from './small.js'

describe('losses and schedules, end to end', function () {
  this.timeout(120_000)
  const cwd = mkdtempSync(join(tmpdir(), 'atelier-rates-'))
  after(() => rmSync(cwd, { recursive: true, force: true }))

  let run: TrainResult

  const specOf = (run: string) =>
    JSON.parse(readFileSync(join(run, 'spec.json'), 'utf8')) as RunSpec
  const rowsOf = (run: string) =>
    metricsOf(run)
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number))

  it('freezes class weights and lengths, and repeats the run from that', async () => {
    const words = ['labels=garment_groups', 'loss.class_weights=balanced', 'scheduler=one_cycle']
    run = await train([...small, ...words, 'loss.label_smoothing=0.05'], { cwd })
    const { loss, scheduler } = specOf(run.path)
    const weights = [0.5, 2, 2, 2 / 3, 2]
    assert.ok('class_weights' in loss && loss.class_weights !== 'none')
    for (const [label, weight] of loss.class_weights.entries()) {
      assert.ok(Math.abs(weight - weights[label]!) < 1e-12)
    }
    assert.ok(scheduler.name === 'one_cycle')
    assert.deepEqual([scheduler.total_steps, scheduler.max_lr], [27, 0.001])
    const again = await train([`spec=${join(run.path, 'spec.json')}`, 'run.root=again'], { cwd })
    assert.equal(again.weight_hash, run.weight_hash)
    assert.equal(metricsOf(again.path), metricsOf(run.path))
    const rates = rowsOf(run.path).map(([, rate]) => rate!)
    assert.ok(rates[0]! < rates[1]! && rates[1]! > rates[2]!)
  })

  it('tests with the loss that was trained', async () => {
    const words = ['test', `checkpoint=${run.path}:last`, 'split=val', '--json']
    const { json } = await atelier(words, { cwd })
    const [, , , , loss] = rowsOf(run.path).at(-1)!
    assert.ok(Math.abs((json.result as TestResult).loss - loss!) < 1e-6)
  })

  it('ends in the same bits after kill -9, with a rate that follows the validation loss', async () => {
    const words = [
      ...small,
      'data.train_size=1000',
      'trainer.epochs=8',
      'optimizer.lr=0.03',
      'scheduler=plateau',
      'scheduler.patience=0',
      'scheduler.factor=0.5',
      'loss.label_smoothing=0.1',
      'loss.class_weights={Sandal: 2.5}',
    ]
    const unbroken = await train([...words, 'run.root=unbroken'], { cwd })
    assert.ok(new Set(rowsOf(unbroken.path).map(([, rate]) => rate)).size > 1)
    const root = join(cwd, 'killed', 'default')
    const hasMetrics = () =>
      existsSync(root) && readdirSync(root).some((id) => existsSync(join(root, id, 'metrics.csv')))
    const killed = await atelier(['train', ...words, 'run.root=killed'], {
      cwd,
      meanwhile: (child) =>
        void (async () => {
          for (let tries = 0; tries < 2000 && !hasMetrics(); tries++) await sleep(5)
          child.kill('SIGKILL')
        })(),
    })
    assert.equal(killed.signal, 'SIGKILL')
    const resumed = await train(['resume=latest', 'run.root=killed'], { cwd })
    assert.equal(resumed.weight_hash, unbroken.weight_hash)
    assert.equal(metricsOf(resumed.path), metricsOf(unbroken.path))
  })

  const refused: [string, string[], RegExp][] = [
    ['plateau without validation', ['scheduler=plateau', 'split.val_size=0'], /validation/],
    ['weights of unknown labels', ['loss.class_weights={Hat: 2}'], /Hat/],
    ['an unknown part', ['scheduler=chained', 'scheduler.schedulers=[{name: linea}]'], /linea/],
  ]
  for (const [what, words, message] of refused) {
    it(`refuses ${what}, and says where it was set`, async () => {
      const { code, json } = await atelier(['train', ...words, '--dry-run', '--json'], { cwd })
      assert.equal(code, 3)
      assert.match(json.error?.message ?? '', message)
      assert.ok(json.error?.location !== undefined)
    })
  }
})
