import assert from 'node:assert/strict'
import {
  input,
  layers,
  model,
  type LayersModel,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers'
import { Random } from '../../src/core/random.js'
import { BatchNormalization } from '../../src/model/layers/batch-normalization.js'
import { createProgram } from '../../src/model/program.js'
import { assignValues, weightsOf } from '../../src/model/variables.js'
import type { OptimizerConfig } from '../../src/spec/types.gen.js'
import {
  largestError,
  readFixture,
  requireFixtures,
  type FixtureTensor,
} from '../model/fixtures.js'
import { filled, imageNhwc, toTfjsLayout } from '../model/formula.js'
import { plainCrossEntropy } from '../model/configs.js'
import { optimizerConfig } from '../model/optimizer-configs.js'
import { withEngines } from './with-engines.js'

interface Training {
  name: string
  optimizer: string
  hyper: Record<string, unknown> & { lr: number }
  steps: number
  label_smoothing: number
  batch: number
  state_dict: [string, number[]][]
  salt: string
  loss_per_step: number[]
  state_after: Record<string, FixtureTensor>
  eval_logits_after: FixtureTensor
}

/** Their parameter names and ours. */
const names: Record<string, string> = {
  'conv1.weight': 'conv1/kernel',
  'bn1.weight': 'bn1/gamma',
  'bn1.bias': 'bn1/beta',
  'bn1.running_mean': 'bn1/moving_mean',
  'bn1.running_var': 'bn1/moving_variance',
  'conv2.weight': 'conv2/kernel',
  'bn2.weight': 'bn2/gamma',
  'bn2.bias': 'bn2/beta',
  'bn2.running_mean': 'bn2/moving_mean',
  'bn2.running_var': 'bn2/moving_variance',
  'fc.weight': 'fc/kernel',
  'fc.bias': 'fc/bias',
}

withEngines('a small CNN trains as in PyTorch', (engine) => {
  requireFixtures(
    describe('ten steps with batch norm, pooling and strides', () => {
      for (const name of ['small_cnn_sgd_momentum', 'small_cnn_adam']) {
        it(`agrees on losses, final state and logits of ${name}`, async () => {
          const { train_small_cnn } = readFixture('pytorch/models.json') as {
            train_small_cnn: Training[]
          }
          const one = train_small_cnn.find((candidate) => candidate.name === name)!
          const network = smallCnn()
          fill(network, one)
          const program = createProgram({
            model: network,
            loss: plainCrossEntropy,
            optimizer: optimizerOf(one),
            engine: engine(),
            random: new Random(0),
          })
          for (let step = 0; step < one.steps; step++) {
            const x = imageNhwc(`${one.salt}small${step}`, [one.batch, 1, 12, 12])
            const y = Int32Array.from({ length: one.batch }, (_, i) => (2 * i + step) % 5)
            const at = { learningRate: one.hyper.lr, step }
            const { loss } = await program.trainStep({ x, y, count: one.batch }, at)
            assert.ok(Math.abs(loss - one.loss_per_step[step]!) <= 1e-4, `step ${step}: ${loss}`)
          }
          await program.read()
          for (const [theirs, shape] of one.state_dict) {
            if (names[theirs] === undefined) continue
            const expected = toTfjsLayout(one.state_after[theirs]!.data, shape)
            const error = largestError(valuesOf(network, names[theirs]), expected)
            assert.ok(error <= 1e-4, `${theirs}: ${error}`)
          }
          const logits = await program.logits(imageNhwc(`${one.salt}small_eval`, [3, 1, 12, 12]), 3)
          assert.ok(largestError(logits, one.eval_logits_after.data) <= 1e-4)
          await program.dispose()
          network.dispose()
        })
      }
    }),
  )
})

function smallCnn(): LayersModel {
  const image = input({ shape: [12, 12, 1], name: 'image' })
  const convolution = { kernelSize: 3, useBias: false, kernelInitializer: 'zeros' } as const
  const stack = [
    layers.conv2d({ ...convolution, name: 'conv1', filters: 4, padding: 'same' }),
    new BatchNormalization({ name: 'bn1' }),
    layers.reLU({ name: 'relu1' }),
    layers.maxPooling2d({ name: 'pool', poolSize: 2 }),
    layers.zeroPadding2d({ name: 'pad', padding: 1 }),
    layers.conv2d({ ...convolution, name: 'conv2', filters: 8, strides: 2 }),
    new BatchNormalization({ name: 'bn2' }),
    layers.reLU({ name: 'relu2' }),
    layers.globalAveragePooling2d({ name: 'mean' }),
    layers.dense({ name: 'fc', units: 5, kernelInitializer: 'zeros' }),
  ]
  const output = stack.reduce((x, layer) => layer.apply(x) as SymbolicTensor, image)
  return model({ inputs: image, outputs: output })
}

function fill(network: LayersModel, { state_dict, salt }: Training): void {
  const variables = new Map(weightsOf(network).map(({ name, variable }) => [name, variable]))
  for (const [theirs, shape] of state_dict) {
    const variable = variables.get(names[theirs] ?? '')
    if (variable === undefined) continue
    assignValues(variable, Float32Array.from(toTfjsLayout(filled(salt, theirs, shape), shape)))
  }
}

function valuesOf(network: LayersModel, name: string): ArrayLike<number> {
  return weightsOf(network)
    .find((weight) => weight.name === name)!
    .variable.dataSync()
}

function optimizerOf({ optimizer, hyper }: Training): OptimizerConfig {
  return optimizerConfig(optimizer === 'SGD' ? 'sgd' : 'adam', hyper)
}
