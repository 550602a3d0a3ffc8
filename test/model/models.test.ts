import assert from 'node:assert/strict'
import { memory } from '@tensorflow/tfjs-core'
import { AppError } from '../../src/core/errors.js'
import { Random } from '../../src/core/random.js'
import { buildModel } from '../../src/model/models.js'
import { weightsOf } from '../../src/model/variables.js'
import { weightHash } from '../../src/model/weights.js'
import { cnnConfig, mlpConfig } from './configs.js'

describe('models', () => {
  it('mlp is the 784-128-10 network of the Keras tutorial', () => {
    const model = buildModel(mlpConfig(), new Random(1))
    assert.equal(model.countParams(), 101_770)
    assert.deepEqual(model.outputs[0]!.shape, [null, 10])
    model.dispose()
  })

  it('mlp without hidden layers is softmax regression', () => {
    const model = buildModel(mlpConfig({ hidden: [] }), new Random(1))
    assert.deepEqual(
      weightsOf(model).map(({ name }) => name),
      ['classifier/kernel', 'classifier/bias'],
    )
    model.dispose()
  })

  it('cnn has no bias before batch normalization, and names every layer', () => {
    const model = buildModel(cnnConfig(), new Random(1))
    const names = model.layers.map(({ name }) => name)
    assert.deepEqual(names, [
      'image',
      ...['conv_1', 'norm_1', 'pool_1', 'relu_1'],
      ...['conv_2', 'norm_2', 'pool_2', 'relu_2'],
      ...['flatten', 'dense', 'dropout', 'classifier'],
    ])
    const filters = 9 * 32 + 9 * 32 * 64
    const norms = 4 * 32 + 4 * 64
    const dense = 7 * 7 * 64 * 128 + 128 + 128 * 10 + 10
    assert.equal(model.countParams(), filters + norms + dense)
    model.dispose()
  })

  it('cnn takes images of any size and depth that its blocks can halve', () => {
    const model = buildModel(
      cnnConfig({
        widths: [4, 4, 4],
        image_size: [9, 13],
        in_channels: 3,
        batch_norm: false,
        pooling: 'average',
      }),
      new Random(1),
    )
    assert.deepEqual(model.inputs[0]!.shape, [null, 9, 13, 3])
    assert.equal(
      weightsOf(model).find(({ name }) => name === 'dense/kernel')!.variable.shape[0],
      1 * 1 * 4,
    )
    model.dispose()
  })

  it('cnn refuses more blocks than the images can be halved', () => {
    assert.throws(
      () => buildModel(cnnConfig({ widths: [4, 4, 4, 4, 4] }), new Random(1)),
      (error) =>
        error instanceof AppError &&
        error.code === 'config_conflict' &&
        error.message.includes('28x28'),
    )
  })

  it('has the same weight names and values however often it is built', () => {
    const [first, second, other] = [1, 1, 2].map((seed) =>
      buildModel(cnnConfig(), new Random(seed)),
    )
    assert.equal(weightHash(first!), weightHash(second!))
    assert.notEqual(weightHash(first!), weightHash(other!))
    for (const model of [first!, second!, other!]) model.dispose()
  })

  it('draws each weight from its own stream, whatever else the model has', () => {
    const kernels = [[128], [128, 7]].map((hidden) => {
      const model = buildModel(mlpConfig({ hidden: hidden as [number] }), new Random(5))
      const values = weightsOf(model)
        .find(({ name }) => name === 'dense_1/kernel')!
        .variable.dataSync()
        .slice()
      model.dispose()
      return values
    })
    assert.deepEqual(kernels[0], kernels[1])
  })

  for (const [init, kernelBound, biasBound] of [
    ['keras', Math.sqrt(6 / (784 + 128)), 0],
    ['pytorch', 1 / 28, 1 / 28],
  ] as const) {
    it(`${init} initialization is uniform within its bounds`, () => {
      const model = buildModel(mlpConfig({ init }), new Random(3))
      const [kernel, bias] = weightsOf(model).map(({ variable }) => variable.dataSync())
      assertUniform(kernel!, kernelBound)
      if (biasBound === 0) assert.ok(bias!.every((value) => value === 0))
      else
        assert.ok(
          bias!.every((value) => Math.abs(value) <= biasBound) &&
            bias!.some((value) => value !== 0),
        )
      model.dispose()
    })
  }

  it('leaves no tensors behind', () => {
    const before = memory().numTensors
    buildModel(cnnConfig(), new Random(1)).dispose()
    assert.equal(memory().numTensors, before)
  })
})

function assertUniform(values: ArrayLike<number>, bound: number): void {
  const list = Array.from(values)
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length
  const variance = list.reduce((sum, value) => sum + value * value, 0) / list.length
  assert.ok(list.every((value) => Math.abs(value) <= bound * (1 + 1e-6)))
  assert.ok(Math.abs(mean) < 0.01 * bound)
  assert.ok(Math.abs(variance / (bound * bound) - 1 / 3) < 0.01)
}
