import assert from 'node:assert/strict'
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunSpec } from '../../src/spec/run-spec.js'
import { atelier } from '../cli.js'
import { metricsOf, small, train, type TestResult, type TrainResult } from './small.js'

describe('train, end to end', function () {
  this.timeout(120_000)
  const cwd = mkdtempSync(join(tmpdir(), 'atelier-train-'))
  after(() => rmSync(cwd, { recursive: true, force: true }))
  const cnn = [...small, 'model=cnn', 'model.widths=[4,8]', 'model.dense=16', 'trainer.epochs=2']
  let run: TrainResult

  before(async () => {
    run = await train(cnn, { cwd })
  })

  it('leaves spec, lock file, metrics, checkpoints and curves in the run directory', () => {
    assert.deepEqual(readdirSync(run.path).sort(), [
      'checkpoints',
      'curves.png',
      'curves.svg',
      'curves.vl.json',
      'events.jsonl',
      'metrics.csv',
      'metrics.jsonl',
      'spec.json',
      'spec.lock.json',
      'status.json',
    ])
    assert.deepEqual(readdirSync(join(run.path, 'checkpoints')).sort(), ['best', 'last'])
    assert.equal(metricsOf(run.path).trim().split('\n').length, 3)
  })

  it('freezes a spec in which nothing is left to derive', () => {
    const spec = JSON.parse(readFileSync(join(run.path, 'spec.json'), 'utf8')) as {
      model: object
      engine: object
      trainer: { checkpoint: object }
    }
    assert.deepEqual(spec.engine, { name: 'onnxruntime', device: 'cpu', threads: 1 })
    assert.deepEqual(spec.trainer.checkpoint, { monitor: 'val_loss', mode: 'min', every: null })
    assert.match(JSON.stringify(spec.model), /"num_classes":10,.*"in_channels":1.*\[28,28\]/)
    assert(!JSON.stringify(spec).includes('"auto"'))
  })

  it('gives the same metrics and weights when its spec is run again, elsewhere', async () => {
    const spec = join(run.path, 'spec.json')
    const again = await train([`spec=${spec}`, 'run.root=other', 'run.note=again'], { cwd })
    assert.equal(again.weight_hash, run.weight_hash)
    assert.equal(metricsOf(again.path), metricsOf(run.path))
    const lock = readFileSync(join(again.path, 'spec.lock.json'), 'utf8')
    assert.equal((JSON.parse(lock) as { parent: unknown }).parent, null)
  })

  it('makes a child run of a changed spec', async () => {
    const spec = join(run.path, 'spec.json')
    const child = await train([`spec=${spec}`, 'seed=7', 'trainer.epochs=1'], { cwd })
    assert.notEqual(child.weight_hash, run.weight_hash)
    const lock = readFileSync(join(child.path, 'spec.lock.json'), 'utf8')
    assert.equal((JSON.parse(lock) as { parent: unknown }).parent, run.run_id)
  })

  it('takes a spec under any name', async () => {
    copyFileSync(join(run.path, 'spec.json'), join(cwd, 'mine.json'))
    const words = ['train', 'spec=mine.json', 'optimizer.lr=1e-8', '--dry-run', '--json']
    const { code, json } = await atelier(words, { cwd })
    assert.equal(code, 0)
    assert.equal((json.result as { spec: RunSpec }).spec.optimizer.lr, 1e-8)
  })

  it('tests the best checkpoint and writes the evaluation', async () => {
    const { code, json } = await atelier(['test', `checkpoint=${run.run_id}`, '--json'], { cwd })
    assert.equal(code, 0)
    const { directory, accuracy } = json.result as TestResult
    assert.deepEqual(readdirSync(directory).sort(), [
      'confusion.csv',
      'confusion.png',
      'confusion.svg',
      'confusion.vl.json',
      'metrics.json',
      'per_class.csv',
      'predictions.csv',
    ])
    const predictions = readFileSync(join(directory, 'predictions.csv'), 'utf8')
    const [header, ...rows] = predictions.trim().split('\n')
    assert.match(header ?? '', /^index,truth,prediction,confidence,T-shirt\/top,.*,Ankle boot$/)
    assert.equal(rows.length, 60)
    const correct = rows.map((row) => row.split(',')).filter(([, truth, told]) => truth === told)
    assert.equal(accuracy, correct.length / 60)
  })

  it('gets the validation figures of the last epoch again from its last checkpoint', async () => {
    const words = ['test', `checkpoint=${run.path}:last`, 'split=val', '--json']
    const { json } = await atelier(words, { cwd })
    const [, , , , loss, accuracy] = metricsOf(run.path).trim().split('\n').at(-1)!.split(',')
    const again = json.result as TestResult
    assert(Math.abs(again.loss - Number(loss)) < 1e-6)
    assert.equal(again.accuracy, Number(accuracy))
  })

  it('warns when a model is tested on what it was trained on', async () => {
    const { json } = await atelier(['test', 'checkpoint=latest', 'split=train', '--json'], { cwd })
    assert.match(json.warnings.join('\n'), /were used for training/)
  })

  it('shows a plan and writes nothing with --dry-run', async () => {
    const { code, json } = await atelier(
      ['train', '--dry-run', ...small, 'run.root=dry', '--json'],
      { cwd },
    )
    assert.equal(code, 0)
    const plan = json.result as { train_images: number; parameters: number }
    assert.deepEqual([plan.train_images, plan.parameters], [270, 101_770])
    assert(!readdirSync(cwd).includes('dry'))
  })

  it('trains on everything without a validation split', async () => {
    const result = await train([...small, 'split.val_size=0', 'trainer.epochs=1'], { cwd })
    assert.match(metricsOf(result.path), /,,\n$/)
  })

  it('stops early when the validation loss no longer falls', async () => {
    const words = [...small, 'trainer.epochs=50', 'trainer.early_stopping.patience=1']
    const result = await train([...words, 'optimizer.lr=0.05'], { cwd })
    assert.equal(result.kind, 'stopped_early')
    assert(result.epochs < 50)
  })

  it('stops with a clear error when the loss is not finite, and says what to do', async () => {
    const words = ['train', ...small, 'optimizer=sgd', 'optimizer.lr=1e30', '--json']
    const { code, json } = await atelier(words, { cwd })
    assert.equal(code, 1)
    assert.equal(json.error?.code, 'loss_not_finite')
    assert.match(json.error.hint ?? '', /lower learning rate/)
  })

  it('refuses damaged checkpoints', async () => {
    const broken = await train([...small, 'trainer.epochs=1'], { cwd })
    const weights = join(broken.path, 'checkpoints', 'best', 'weights.bin')
    writeFileSync(weights, readFileSync(weights).subarray(0, 100))
    const { code, json } = await atelier(['test', `checkpoint=${broken.run_id}`, '--json'], { cwd })
    assert.equal(code, 4)
    assert.equal(json.error?.code, 'run_corrupt')
  })

  const refused: [string, string[], number, RegExp][] = [
    ['an unknown option', ['model=resnet'], 3, /model/],
    ['an unknown key', ['optimizer.learning_rate=1'], 3, /learning_rate/],
    ['a wrong type', ['trainer.epochs=many'], 3, /epochs/],
    ['a value out of range', ['split.val_size=1'], 3, /val_size/],
    [
      'early stopping without validation',
      ['split.val_size=0', 'trainer.early_stopping.patience=2'],
      3,
      /validation/,
    ],
    ['a label map that misses a class', ['labels=garment_groups', '~labels.groups.Bags'], 3, /Bag/],
    ['a conflicting size', ['model.num_classes=7'], 3, /num_classes/],
    ['a missing data directory', ['data=fashion_mnist', 'data.directory=nowhere'], 4, /nowhere/],
    ['an unknown run to resume', ['resume=20010101-000000'], 4, /20010101/],
    ['an unwritable run root', ['run.root=/proc/version/runs'], 8, /\/proc\/version/],
    [
      'a run root under a file system that makes no directories',
      ['run.root=/proc/x/y'],
      8,
      /\/proc/,
    ],
  ]
  for (const [what, words, exit, message] of refused) {
    it(`refuses ${what} with exit code ${exit}, before any work`, async () => {
      const before = readdirSync(cwd)
      const { code, json } = await atelier(['train', ...words, '--json'], { cwd })
      assert.equal(code, exit, JSON.stringify(json.error))
      assert.match(json.error?.message ?? '', message)
      assert.deepEqual(readdirSync(cwd), before)
    })
  }
})
