import assert from 'node:assert/strict'
import { memory } from '@tensorflow/tfjs-core'
import { Random } from '../../src/core/random.js'
import type { Engine } from '../../src/engine/compile.js'
import { buildModel } from '../../src/model/models.js'
import { createProgram, type Batch, type Program } from '../../src/model/program.js'
import { weightsOf } from '../../src/model/variables.js'
import { decodeWeights, encodeModel, restoreWeights, weightHash } from '../../src/model/weights.js'
import type { ResolvedLoss, ResolvedModel } from '../../src/spec/run-spec.js'
import type { OptimizerConfig } from '../../src/spec/types.gen.js'
import { withEngines } from '../contract/with-engines.js'
import { mlpConfig, plainCrossEntropy, tinyCnnConfig } from './configs.js'
import { largestError } from './fixtures.js'
import { optimizerConfig } from './optimizer-configs.js'

type Updates = NonNullable<Parameters<typeof createProgram>[0]['updates']>

interface Setting {
  readonly model?: ResolvedModel
  readonly optimizer?: OptimizerConfig
  readonly loss?: ResolvedLoss
  readonly updates?: Partial<Updates>
}

const mlp = mlpConfig({ hidden: [12], num_classes: 4, in_channels: 2, image_size: [8, 8] })

function open(engine: Engine, setting: Setting): Program {
  const { model = mlp, optimizer = optimizerConfig('adam', { lr: 0.01 }) } = setting
  const random = new Random(1)
  return createProgram({
    model: buildModel(model, random),
    loss: setting.loss ?? plainCrossEntropy,
    optimizer,
    updates: {
      accumulate: 1,
      stepsPerEpoch: 5,
      gradient_clipping: { value: null, norm: null, norm_type: 2 },
      ema: { decay: null, warm_up: true },
      ...setting.updates,
    },
    engine,
    random,
  })
}

async function close(program: Program): Promise<void> {
  await program.dispose()
  program.model.dispose()
}

/** An epoch has five batches, the last one smaller. */
function batchOf(step: number): Batch {
  return joined([step])
}

/** Several batches as one. */
function joined(steps: readonly number[]): Batch {
  const parts = steps.map((step) => {
    const random = new Random(7, `batch ${step}`)
    const count = step % 5 === 4 ? 3 : 8
    const y = Array.from({ length: count }, () => random.integer(4))
    return { y, x: Array.from({ length: count * 128 }, () => random.uniform()) }
  })
  const y = Int32Array.from(parts.flatMap((part) => part.y))
  return { x: Float32Array.from(parts.flatMap((part) => part.x)), y, count: y.length }
}

async function train(program: Program, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step++) {
    await program.trainStep(batchOf(step), { learningRate: 0.01, step })
  }
  await program.read()
}

function valuesOf(program: Program): number[] {
  return weightsOf(program.model).flatMap(({ variable }) => [...variable.dataSync()])
}

/** The weights after some steps, as one list. */
async function trained(engine: Engine, setting: Setting, steps = 10): Promise<number[]> {
  const program = open(engine, setting)
  await train(program, 0, steps)
  const values = valuesOf(program)
  await close(program)
  return values
}

withEngines('updates', (engine) => {
  it('of one batch each are what they are without accumulation', async () => {
    const plain = await trained(engine(), {})
    assert.deepEqual(await trained(engine(), { updates: { accumulate: 1 } }), plain)
    const clipping = { value: 1e3, norm: 1e3, norm_type: 2 }
    assert.deepEqual(await trained(engine(), { updates: { gradient_clipping: clipping } }), plain)
  })

  for (const class_weights of ['none', [1, 0.25, 3, 0.5]] as ResolvedWeights[]) {
    it(`of several batches are those of one large batch (class weights ${class_weights.toString()})`, async () => {
      const loss = { ...plainCrossEntropy, class_weights } as ResolvedLoss
      const optimizer = optimizerConfig('sgd', { lr: 0.01 })
      const updates = {
        accumulate: 2,
        gradient_clipping: { value: null, norm: 0.5, norm_type: 2 },
      }
      const got = await trained(engine(), { loss, optimizer, updates })
      const large = open(engine(), { loss, optimizer, updates: { ...updates, accumulate: 1 } })
      const groups = [[0, 1], [2, 3], [4], [5, 6], [7, 8], [9]]
      for (const [step, group] of groups.entries()) {
        await large.trainStep(joined(group), { learningRate: 0.01, step })
      }
      await large.read()
      assert.ok(largestError(got, valuesOf(large)) < 1e-6)
      assert.notDeepEqual(got, await trained(engine(), { loss, optimizer }))
      await close(large)
    })
  }

  it('wait until their last batch', async () => {
    const program = open(engine(), { updates: { accumulate: 3 } })
    const start = valuesOf(program)
    await train(program, 0, 2)
    assert.deepEqual(valuesOf(program), start)
    await train(program, 2, 3)
    assert.notDeepEqual(valuesOf(program), start)
    await close(program)
  })

  it('clip the gradients to a value', async () => {
    const optimizer = optimizerConfig('sgd', { momentum: 0, weight_decay: 0 })
    const program = open(engine(), {
      optimizer,
      updates: { gradient_clipping: { value: 1e-3, norm: null, norm_type: 2 } },
    })
    const start = valuesOf(program)
    await program.trainStep(batchOf(0), { learningRate: 1, step: 0 })
    await program.read()
    const steps = valuesOf(program).map((value, i) => Math.abs(value - start[i]!))
    assert.ok(Math.max(...steps) < 1.001e-3 && Math.max(...steps) > 0.999e-3)
    await close(program)
  })

  for (const model of [mlp, tinyCnnConfig()]) {
    describe(`with an average of the weights of ${model.name}`, () => {
      const ema = { decay: 0.8, warm_up: true }

      it('go on from the weights themselves', async () => {
        const plain = await trained(engine(), { model })
        assert.deepEqual(await trained(engine(), { model, updates: { ema } }), plain)
      })

      it('average them and the running statistics, and evaluate the average', async () => {
        const program = open(engine(), { model, updates: { ema } })
        let average = valuesOf(program)
        for (let step = 0; step < 7; step++) {
          await train(program, step, step + 1)
          const kept = Math.min(0.8, (2 + step) / (11 + step))
          average = valuesOf(program).map((value, i) => kept * average[i]! + (1 - kept) * value)
        }
        const raw = valuesOf(program)
        const got = program.evaluated(() => valuesOf(program))
        assert.ok(largestError(got, average) < 1e-6)
        assert.deepEqual(valuesOf(program), raw)
        assert.notDeepEqual(got, raw)

        const { x, count } = batchOf(0)
        const logits = await program.logits(x, count)
        const other = open(engine(), { model })
        program.evaluated(() => {
          const { modelJson, weights } = encodeModel(program.model, {})
          restoreWeights(other.model, decodeWeights(modelJson, weights))
        })
        assert.ok(largestError(await other.logits(x, count), logits) < 1e-5)
        for (const one of [program, other]) await close(one)
      })
    })
  }

  for (const name of ['sgd', 'adam', 'nadam', 'adadelta'] as const) {
    it(`go on from a checkpoint amid an accumulation as if never stopped: ${name}`, async () => {
      const setting: Setting = {
        model: name === 'adam' ? tinyCnnConfig({ widths: [3] }) : { ...mlp, dropout: 0.3 },
        optimizer: optimizerConfig(name, { lr: 0.01 }),
        updates: { accumulate: 3, ema: { decay: 0.9, warm_up: false } },
      }
      const whole = open(engine(), setting)
      await train(whole, 0, 12)

      const first = open(engine(), setting)
      await train(first, 0, 7)
      const { modelJson, weights } = first.evaluated(() => encodeModel(first.model, {}))
      const state = first.encodeState()
      await close(first)

      const second = open(engine(), setting)
      await train(second, 0, 2)
      restoreWeights(second.model, decodeWeights(modelJson, weights))
      second.restoreState(state)
      await second.write()
      await train(second, 7, 12)
      for (const hash of [hashOf, averagedHashOf]) assert.equal(hash(second), hash(whole))
      assert.deepEqual(second.encodeState(), whole.encodeState())
      for (const program of [whole, second]) await close(program)
    })
  }

  it('keep the number of tensors flat', async () => {
    const before = memory().numTensors
    const program = open(engine(), {
      updates: { accumulate: 2, ema: { decay: 0.9, warm_up: true } },
    })
    await train(program, 0, 5)
    await program.logits(batchOf(0).x, 8)
    const during = memory().numTensors
    await train(program, 5, 10)
    await program.logits(batchOf(0).x, 8)
    program.evaluated(() => valuesOf(program))
    await program.write()
    assert.equal(memory().numTensors, during)
    await close(program)
    assert.equal(memory().numTensors, before)
  })
})

type ResolvedWeights = 'none' | number[]

function hashOf(program: Program): string {
  return weightHash(program.model)
}

function averagedHashOf(program: Program): string {
  return program.evaluated(() => weightHash(program.model))
}
