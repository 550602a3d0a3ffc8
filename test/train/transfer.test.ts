import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError, type ErrorCode } from '../../src/core/errors.js'
import { Random } from '../../src/core/random.js'
import { buildModel } from '../../src/model/models.js'
import { encodeSafetensors } from '../../src/core/safetensors.js'
import { weightHash } from '../../src/model/weights.js'
import { specHash } from '../../src/spec/run-spec.js'
import { planRun, type Plan } from '../../src/train/plan.js'
import { resumeRun, startRun } from '../../src/train/run.js'
import { tinyCnnConfig } from '../model/configs.js'
import { stateDict } from '../model/pretrained/state-dict.js'
import { testContext, trainConfig, type TestContext } from './planning.js'

const cnn = ['model=cnn', 'model.widths=[3,4]', 'model.dense=8', 'trainer.epochs=1']

describe('starting from pretrained weights', () => {
  let root = ''
  let context: TestContext
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'atelier-transfer-'))
    context = testContext(join(root, 'cache'))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  async function plan(...words: string[]): Promise<Plan> {
    const fast = ['engine=onnxruntime', 'engine.threads=1', `run.root=${join(root, 'runs')}`]
    const { config, fail } = trainConfig([...cnn, ...fast, ...words])
    return planRun(config, fail, context)
  }

  async function run(planned: Plan, given = context) {
    const provenance = { words: [], layers: [], parent: null, cwd: root }
    const finished = await startRun(planned, provenance, given)
    assert.ok(finished.outcome)
    return finished
  }

  /** Weights of a network for colour images of four classes. */
  function weightsFile(name: string, seed: number): string {
    const sizes = { in_channels: 3, image_size: [28, 28] as [number, number] }
    const model = buildModel(tinyCnnConfig(sizes), new Random(seed))
    const path = join(root, name)
    writeFileSync(path, encodeSafetensors(stateDict(model)))
    model.dispose()
    return path
  }

  it('records what was found, and says so in a line', async () => {
    const file = weightsFile('a.safetensors', 5)
    const planned = await plan(`model.weights=${file}`)
    const { weights, weights_sha256 } = planned.spec.model
    assert.equal(weights, file)
    assert.match(weights_sha256!, /^[0-9a-f]{64}$/)
    assert.match(
      planned.notes[0]!,
      /a\.safetensors: 12 tensors .*new classifier \(10 classes, not 4\), .*from 3 channels$/,
    )
    const { path } = await run(planned)
    const lock = JSON.parse(readFileSync(join(path, 'spec.lock.json'), 'utf8')) as {
      weights: { weights_sha256: string; report: { loaded: number; replaced: string[] } }
    }
    assert.equal(lock.weights.weights_sha256, weights_sha256)
    assert.equal(lock.weights.report.loaded, 12)
    assert.deepEqual(lock.weights.report.replaced, ['classifier.weight', 'classifier.bias'])
  })

  it('is another computation with other weights, and the same with the file elsewhere', async () => {
    const file = weightsFile('a.safetensors', 5)
    const first = await plan(`model.weights=${file}`)
    const other = await plan(`model.weights=${weightsFile('b.safetensors', 6)}`)
    renameSync(file, join(root, 'moved.safetensors'))
    const moved = await plan(`model.weights=${join(root, 'moved.safetensors')}`)
    const random = await plan()
    assert.equal(specHash(moved.spec), specHash(first.spec))
    const hashes = [first, other, random].map(({ spec }) => specHash(spec))
    assert.equal(new Set(hashes).size, 3)
    for (const { model } of [first, other, moved, random]) model.dispose()
  })

  it('points at the key when the weights cannot be used', async () => {
    const file = weightsFile('a.safetensors', 5)
    await assert.rejects(plan('model.weights=imagenet'), isAt('config_invalid', 'imagenet'))
    await assert.rejects(plan('model.weights=none.safetensors'), isAt('weights_missing', 'none'))
    await assert.rejects(
      plan(`model.weights=${file}`, 'model.widths=[3,5]'),
      isAt('weights_mismatch', file),
    )
    await assert.rejects(
      plan(`model.weights=${file}`, `model.weights_sha256=${'0'.repeat(64)}`),
      isAt('weights_corrupt', file),
    )
  })

  it('goes on from a run, whose labels may be others', async () => {
    const source = await run(await plan())
    const planned = await plan(`model.weights=run:${source.id}:last`, 'labels=garment_groups')
    assert.equal(planned.spec.model.weights, `run:${source.path}:last`)
    assert.equal(planned.spec.model.weights_sha256, source.outcome.weight_hash)
    assert.match(planned.notes[0]!, /with tfjs names, new classifier \(5 classes, not 10\)/)
    planned.model.dispose()
    const same = await plan('model.weights=run:latest')
    assert.equal(weightHash(same.model), source.outcome.weight_hash)
    same.model.dispose()
  })

  it('needs the weights no more once a run has a checkpoint', async () => {
    const file = weightsFile('a.safetensors', 5)
    const words = [`model.weights=${file}`, 'trainer.epochs=3', 'model.freeze=backbone']
    const whole = await run(await plan(...words))
    const stop = new AbortController()
    const log = {
      info: (line: string) => {
        if (line.startsWith('epoch 1/3')) stop.abort()
      },
      warn: () => undefined,
    } as unknown as TestContext['log']
    const stopped = await run(await plan(...words), { ...context, log, signal: stop.signal })
    assert.deepEqual([stopped.outcome.kind, stopped.outcome.epochs], ['interrupted', 1])
    cpSync(file, join(root, 'kept'))
    rmSync(file)
    const resumed = await resumeRun(stopped.path, context)
    assert.deepEqual(resumed.outcome, whole.outcome)
  })
})

describe('planning a model', () => {
  const context = testContext('/nowhere')

  async function plan(...words: string[]) {
    const { config, fail } = trainConfig([...cnn, ...words])
    const { spec, model, frozenParameters, notes } = await planRun(config, fail, context)
    model.dispose()
    return { cached: spec.model.cache_features, frozenParameters, notes }
  }

  it('caches features where the frozen part allows it', async () => {
    assert.equal((await plan()).cached, false)
    assert.equal((await plan('model.freeze=backbone')).cached, true)
    assert.equal((await plan('model.freeze=backbone', 'model.cache_features=false')).cached, false)
    assert.equal((await plan('model.freeze=[conv_1,norm_1]')).cached, true)
    assert.equal((await plan('model.freeze=[norm_1]')).cached, false)
  })

  it('refuses to cache what is not there', async () => {
    const wanted = 'model.cache_features=true'
    await assert.rejects(plan(wanted), isAt('config_conflict', 'true'))
    await assert.rejects(plan(wanted, 'model.freeze=[norm_1]'), isAt('config_conflict', 'true'))
  })

  it('counts what is frozen', async () => {
    const { frozenParameters, notes } = await plan('model.freeze=[conv_1,norm_1]')
    assert.equal(frozenParameters, 27 + 4 * 3)
    assert.match(notes[0]!, /^frozen: 39 of \d+ parameters$/)
  })

  it('lets a last batch hold one image where the statistics are frozen', async () => {
    const words = ['data.train_size=60', 'split.val_size=0.05', 'data.batch_size=8']
    await assert.rejects(plan(...words), isAt('config_conflict', '8'))
    assert.equal((await plan(...words, 'model.freeze=backbone')).cached, true)
  })
})

/** An error with a code, located at a value on the command line. */
function isAt(code: ErrorCode, value: string) {
  return (error: unknown) => {
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.code, code, error.message)
    assert.ok(error.frame?.includes(value), error.frame)
    return true
  }
}
