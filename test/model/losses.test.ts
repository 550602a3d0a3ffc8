import assert from 'node:assert/strict'
import { memory, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'
import type { Engine } from '../../src/engine/compile.js'
import { openEngine } from '../../src/engine/engines.js'
import { createImageLosses } from '../../src/model/image-losses.js'
import { lossOf, weightOf } from '../../src/model/losses.js'
import type { ResolvedLoss } from '../../src/spec/run-spec.js'
import { lossConfig } from './shipped-options.js'

const class_weights = [0.5, 2, 1.5, 0.1]
const logits = Float32Array.from({ length: 24 }, (_, index) => Math.sin(index * 7) * 4)
const labels = Int32Array.of(0, 3, 1, 2, 1, 0)

/** Every loss, with options that make a difference. */
const losses: Readonly<Record<string, ResolvedLoss>> = {
  cross_entropy: { ...lossConfig('cross_entropy'), class_weights: 'none' },
  'cross_entropy, weighted and smoothed': {
    ...lossConfig('cross_entropy', { label_smoothing: 0.1 }),
    class_weights,
  },
  'cross_entropy, ignoring': {
    ...lossConfig('cross_entropy', { ignore_index: 1 }),
    class_weights,
  },
  nll: { ...lossConfig('nll'), class_weights },
  focal: { ...lossConfig('focal'), class_weights },
  sigmoid_focal: lossConfig('sigmoid_focal'),
  binary_cross_entropy: {
    ...lossConfig('binary_cross_entropy', { pos_weight: [1, 2, 3, 4] }),
    class_weights,
  },
  'binary_cross_entropy of the softmax': {
    ...lossConfig('binary_cross_entropy', { activation: 'softmax' }),
    class_weights: 'none',
  },
  multi_margin: { ...lossConfig('multi_margin', { p: 2 }), class_weights },
  mse: lossConfig('mse'),
  'mse of the logits': lossConfig('mse', { activation: 'none' }),
  l1: lossConfig('l1'),
  smooth_l1: lossConfig('smooth_l1', { beta: 0.1 }),
  huber: lossConfig('huber', { delta: 0.1 }),
  kl_div: lossConfig('kl_div', { label_smoothing: 0.2 }),
}

function meanOf(config: ResolvedLoss, of: Float32Array = logits): number {
  const loss = lossOf(config)
  const value = tidy(
    () => loss(tensor2d(of, [labels.length, 4]), tensor1d(labels, 'int32')).dataSync()[0]!,
  )
  loss.dispose()
  return value
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-6 * Math.max(1, Math.abs(expected)))
}

describe('losses of a classifier', () => {
  let engine: Engine
  before(async () => {
    engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads: 1 })
  })
  after(() => engine.dispose())

  for (const [name, config] of Object.entries(losses)) {
    it(`have one mean in training and evaluation: ${name}`, async () => {
      const losses = createImageLosses(config, engine)
      const single = await losses.of(logits, labels)
      assert.equal(single.length, labels.length)
      const total = single.reduce((sum, value) => sum + value, 0)
      near(meanOf(config), total / losses.weightOf(labels))
      await losses.dispose()
    })

    it(`fall when the right logits rise: ${name}`, () => {
      const better = logits.map((value, index) =>
        index % 4 === labels[Math.floor(index / 4)] ? value + 1.5 : value,
      )
      if (name === 'mse of the logits') return
      assert.ok(meanOf(config, better) < meanOf(config))
    })
  }

  it('divide by the weights of the labels in cross_entropy and nll, and by images elsewhere', () => {
    const weights = Object.entries(losses).map(([name, config]) => [name, weightOf(config)(labels)])
    const { cross_entropy, nll, focal, ...rest } = Object.fromEntries(weights) as Record<
      string,
      number
    >
    assert.deepEqual([cross_entropy, focal], [6, 6])
    near(nll!, 6.6)
    near(rest['cross_entropy, ignoring']!, 2.6)
  })

  it('are the Brier score over the labels, a shifted cross entropy, and cross entropy again', () => {
    const hot = (row: number, k: number) => (labels[row] === k ? 1 : 0)
    const p = [...labels.keys()].map((row) => {
      const powers = [...logits.subarray(row * 4, row * 4 + 4)].map((value) => Math.exp(value))
      return powers.map((power) => power / powers.reduce((sum, value) => sum + value))
    })
    const squares = p.flatMap((row, index) => row.map((value, k) => (value - hot(index, k)) ** 2))
    near(meanOf(losses['mse']!), squares.reduce((sum, value) => sum + value) / 24)
    const smooth = { ...lossConfig('cross_entropy', { label_smoothing: 0.2 }) }
    const entropy = -(0.85 * Math.log(0.85) + 3 * 0.05 * Math.log(0.05))
    const crossEntropy = meanOf({ ...smooth, class_weights: 'none' })
    near(meanOf(losses['kl_div']!), crossEntropy - entropy)
    near(meanOf({ ...lossConfig('nll'), class_weights: 'none' }), meanOf(losses['cross_entropy']!))
  })

  it('keep no tensor once they are disposed of', async () => {
    const before = memory().numTensors
    for (const config of Object.values(losses)) {
      meanOf(config)
      const kept = createImageLosses(config, engine)
      await kept.of(logits, labels)
      await kept.dispose()
    }
    assert.equal(memory().numTensors, before)
  })
})
