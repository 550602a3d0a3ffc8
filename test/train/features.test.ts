import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { planRun } from '../../src/train/plan.js'
import { startRun } from '../../src/train/run.js'
import { testContext, trainConfig, type TestContext } from './planning.js'

const model = ['model=cnn', 'model.widths=[3,4]', 'model.dense=8']
const frozen = [...model, 'model.freeze=backbone', 'trainer.epochs=2']

describe('cached features', () => {
  let root = ''
  let context: TestContext
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'atelier-features-'))
    context = testContext(join(root, 'cache'))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  async function train(words: readonly string[], given = context) {
    const { config, fail } = trainConfig([...words, `run.root=${join(root, 'runs')}`])
    const plan = await planRun(config, fail, given)
    const provenance = { words, layers: [], parent: null, cwd: root }
    const run = await startRun(plan, provenance, given)
    assert.ok(run.outcome)
    const file = join(run.path, 'metrics.csv')
    const metrics = existsSync(file) ? readFileSync(file, 'utf8') : ''
    return { cached: plan.spec.model.cache_features, outcome: run.outcome, metrics }
  }

  const entry = () => {
    const features = join(root, 'cache', 'features')
    return join(features, readdirSync(features)[0]!)
  }
  const isComputed = () => context.lines.some((line) => line.startsWith('Computing'))

  it('give the same metrics and weights as the whole model, bit for bit', async () => {
    const whole = await train([...frozen, 'model.cache_features=false'])
    const cached = await train(frozen)
    assert.deepEqual([whole.cached, cached.cached], [false, true])
    assert.deepEqual([cached.metrics, cached.outcome], [whole.metrics, whole.outcome])
  })

  it('hold for layers in the middle, with dropout and a last smaller batch behind them', async () => {
    const words = [...model, 'model.freeze=[conv_1,norm_1]', 'trainer.epochs=1']
    const whole = await train([...words, 'model.cache_features=false'])
    const cached = await train(words)
    assert.equal(cached.cached, true)
    assert.deepEqual([cached.metrics, cached.outcome], [whole.metrics, whole.outcome])
  })

  it('come close on onnxruntime, whose sums depend on the size of a batch', async () => {
    const words = [...frozen, 'engine=onnxruntime', 'engine.threads=1']
    const whole = await train([...words, 'model.cache_features=false'])
    const cached = await train(words)
    const losses = (text: string) => text.match(/\d\.\d{3,}/g)!.map(Number)
    const [a, b] = [losses(whole.metrics), losses(cached.metrics)]
    assert.ok(a.every((loss, i) => Math.abs(loss - b[i]!) < 1e-5))
  })

  it('are computed once for all runs that would compute the same', async () => {
    const first = await train(frozen)
    assert.ok(isComputed())
    const again = testContext(context.cacheDirectory)
    const second = await train([...frozen, 'run.note=again'], again)
    assert.deepEqual(second, first)
    await train([...frozen, 'optimizer.lr=0.1', 'data.batch_size=7'], again)
    assert.ok(!again.lines.some((line) => line.startsWith('Computing')))
    await train([...frozen, 'seed=3'], again)
    assert.ok(again.lines.some((line) => line.startsWith('Computing')))
    assert.equal(readdirSync(join(root, 'cache', 'features')).length, 2)
  })

  it('are computed again where the kept ones are damaged', async () => {
    const first = await train(frozen)
    const file = join(entry(), 'features.bin')
    const bytes = readFileSync(file)
    for (const damaged of [bytes.subarray(4), Buffer.from(bytes).fill(1, 0, 4)]) {
      writeFileSync(file, damaged)
      const again = testContext(context.cacheDirectory)
      assert.deepEqual(await train(frozen, again), first)
      assert.ok(again.lines.some((line) => line.includes('damaged')))
      assert.deepEqual(readFileSync(file), bytes)
    }
    writeFileSync(join(entry(), 'features.json'), '{')
    assert.deepEqual(await train(frozen), first)
  })

  it('need not be kept: a cache that cannot be written is a warning', async () => {
    writeFileSync(join(root, 'cache'), 'not a directory')
    await train(frozen)
    assert.ok(context.lines.some((line) => line.startsWith('The features are not kept')))
  })

  it('end a run that is interrupted as any other', async () => {
    const stopped = { ...context, signal: AbortSignal.abort() }
    const { outcome } = await train(frozen, stopped)
    assert.deepEqual([outcome.kind, outcome.epochs], ['interrupted', 0])
  })
})
