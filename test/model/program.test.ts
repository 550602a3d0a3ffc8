import assert from 'node:assert/strict'
import { memory } from '@tensorflow/tfjs-core'
import { Random } from '../../src/core/random.js'
import type { Engine } from '../../src/engine/compile.js'
import { buildModel } from '../../src/model/models.js'
import { createProgram, type Batch, type Program } from '../../src/model/program.js'
import { decodeWeights, encodeModel, restoreWeights, weightHash } from '../../src/model/weights.js'
import type { ResolvedModel } from '../../src/spec/run-spec.js'
import { withEngines } from '../contract/with-engines.js'
import { mlpConfig, plainCrossEntropy, tinyCnnConfig } from './configs.js'
import { optimizerConfig } from './optimizer-configs.js'

const adam = optimizerConfig('adam', { lr: 0.01 })

const tinyMlp = mlpConfig({
  hidden: [12],
  dropout: 0.25,
  num_classes: 4,
  in_channels: 2,
  image_size: [8, 8],
})

function open(engine: Engine, config: ResolvedModel, seed = 1): Program {
  const random = new Random(seed)
  const model = buildModel(config, random)
  return createProgram({ model, loss: plainCrossEntropy, optimizer: adam, engine, random })
}

async function close(program: Program): Promise<void> {
  await program.dispose()
  program.model.dispose()
}

/** Four classes of 8x8 images, each bright in its own quarter. */
function batchOf(count: number, number: number): Batch {
  const random = new Random(7, `batch ${number}`)
  const y = Int32Array.from({ length: count }, () => random.integer(4))
  const x = new Float32Array(count * 128).map((_, i) => {
    const [image, row, column] = [
      Math.floor(i / 128),
      Math.floor(i / 16) % 8,
      Math.floor(i / 2) % 8,
    ]
    const quarter = 2 * Number(row >= 4) + Number(column >= 4)
    return random.uniform() * (quarter === y[image] ? 1 : 0.5)
  })
  return { x, y, count }
}

async function train(program: Program, from: number, to: number): Promise<number[]> {
  const losses: number[] = []
  for (let step = from; step < to; step++) {
    const { loss } = await program.trainStep(batchOf(step % 5 === 4 ? 6 : 16, step), {
      learningRate: 0.01,
      step,
    })
    losses.push(loss)
  }
  return losses
}

withEngines('a program', (engine) => {
  for (const config of [tinyMlp, tinyCnnConfig()]) {
    describe(`of ${config.name}`, () => {
      it('learns, also from batches of another size', async () => {
        const program = open(engine(), config)
        await train(program, 0, 60)
        const { x, y, count } = batchOf(40, 999)
        const logits = await program.logits(x, count)
        const right = y.filter((label, row) => {
          const scores = [...logits.subarray(row * 4, row * 4 + 4)]
          return scores.indexOf(Math.max(...scores)) === label
        })
        assert.ok(right.length >= 36, `${right.length} of 40`)
        await close(program)
      })

      it('counts correct predictions of the batch before the update', async () => {
        const program = open(engine(), { ...config, dropout: 0 })
        const batch = batchOf(16, 0)
        const { loss, correct } = await program.trainStep(batch, { learningRate: 0, step: 0 })
        const again = await program.trainStep(batch, { learningRate: 0, step: 1 })
        assert.deepEqual(again, { loss, correct })
        assert.ok(Number.isInteger(correct) && correct >= 0 && correct <= 16)
        await close(program)
      })

      it('repeats bit for bit, and depends on the seed', async () => {
        const runs = []
        for (const seed of [1, 1, 2]) {
          const program = open(engine(), config, seed)
          const losses = await train(program, 0, 7)
          await program.read()
          runs.push({ losses, hash: weightHash(program.model) })
          await close(program)
        }
        assert.deepEqual(runs[0], runs[1])
        assert.notEqual(runs[0]!.hash, runs[2]!.hash)
      })

      it('continues from saved weights and slots as if never stopped', async () => {
        const whole = open(engine(), config)
        await train(whole, 0, 9)
        await whole.read()

        const first = open(engine(), config)
        await train(first, 0, 6)
        await first.read()
        const { modelJson, weights } = encodeModel(first.model, {})
        const slots = first.encodeState()
        await close(first)

        const second = open(engine(), config, 1)
        await train(second, 0, 2)
        restoreWeights(second.model, decodeWeights(modelJson, weights))
        second.restoreState(slots)
        await second.write()
        await train(second, 6, 9)
        await second.read()
        assert.equal(weightHash(second.model), weightHash(whole.model))
        for (const program of [whole, second]) await close(program)
      })

      it('predicts the same whether or not it has trained with other batch sizes', async () => {
        const program = open(engine(), config)
        await train(program, 0, 6)
        const { x } = batchOf(10, 5)
        const together = await program.logits(x, 10)
        const apart = await program.logits(x.slice(0, 3 * 128), 3)
        apart.forEach((value, i) => assert.ok(Math.abs(value - together[i]!) < 1e-4))
        await close(program)
      })

      it('keeps the number of tensors flat', async () => {
        const before = memory().numTensors
        const program = open(engine(), config)
        await train(program, 0, 6)
        await program.logits(batchOf(5, 0).x, 5)
        const during = memory().numTensors
        await train(program, 6, 12)
        await program.logits(batchOf(5, 0).x, 5)
        await program.read()
        await program.write()
        assert.equal(memory().numTensors, during)
        await close(program)
        assert.equal(memory().numTensors, before)
      })
    })
  }

  it('trains on a batch of one image', async () => {
    const program = open(engine(), tinyCnnConfig({ widths: [3], image_size: [2, 2] }))
    const one = { x: new Float32Array(8), y: Int32Array.of(0), count: 1 }
    const { loss } = await program.trainStep(one, { learningRate: 0.01, step: 0 })
    assert.ok(Number.isFinite(loss))
    await close(program)
  })
})

withEngines('a program of shares', (engine) => {
  const openShares = (ofShares: boolean) => {
    const random = new Random(1)
    const model = buildModel({ ...tinyMlp, dropout: 0 }, random)
    const parts = { model, loss: plainCrossEntropy, optimizer: adam, engine: engine(), random }
    return createProgram({ ...parts, ofShares })
  }
  const at = (step: number) => ({ learningRate: 0.01, step })

  it('learns from whole shares what it learns from labels', async () => {
    const [byLabel, byShare] = [openShares(false), openShares(true)]
    for (let step = 0; step < 5; step++) {
      const batch = batchOf(16, step)
      const targets = new Float32Array(64)
      for (const [row, label] of batch.y.entries()) targets[4 * row + label] = 1
      const expected = await byLabel.trainStep(batch, at(step))
      const actual = await byShare.trainStep({ ...batch, targets }, at(step))
      assert.equal(actual.correct, expected.correct)
      assert.ok(Math.abs(actual.loss - expected.loss) < 1e-5, `${actual.loss} ${expected.loss}`)
    }
    await close(byLabel)
    await close(byShare)
  })

  it('minimizes the cross entropy of the shares, and counts by the largest', async () => {
    const program = openShares(true)
    const batch = batchOf(6, 0)
    const targets = Float32Array.from({ length: 24 }, (_, i) => [0.1, 0.2, 0.3, 0.4][i % 4]!)
    const logits = await program.logits(batch.x, 6)
    const y = new Int32Array(6).fill(3)
    const { loss, correct } = await program.trainStep({ ...batch, y, targets }, at(0))
    let [expected, right] = [0, 0]
    for (let row = 0; row < 6; row++) {
      const scores = [...logits.subarray(4 * row, 4 * row + 4)]
      const total = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0))
      for (const [k, score] of scores.entries()) {
        expected += ((total - score) * targets[4 * row + k]!) / 6
      }
      if (scores.indexOf(Math.max(...scores)) === 3) right += 1
    }
    assert.ok(Math.abs(loss - expected) < 1e-5, `${loss} ${expected}`)
    assert.equal(correct, right)
    await close(program)
  })
})
