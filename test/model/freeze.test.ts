import assert from 'node:assert/strict'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AppError } from '../../src/core/errors.js'
import { Random } from '../../src/core/random.js'
import type { Engine } from '../../src/engine/compile.js'
import { freeze } from '../../src/model/freeze.js'
import { buildModel } from '../../src/model/models.js'
import { createProgram } from '../../src/model/program.js'
import { weightsOf } from '../../src/model/variables.js'
import type { ResolvedModel } from '../../src/spec/run-spec.js'
import type { ModelConfig } from '../../src/spec/types.gen.js'
import { withEngines } from '../contract/with-engines.js'
import { mlpConfig, tinyCnnConfig } from './configs.js'
import { hubConfig } from './hub-configs.js'
import { optimizerConfig } from './optimizer-configs.js'

function frozen(config: ResolvedModel, which: ModelConfig['freeze']): LayersModel {
  const model = buildModel(config, new Random(1))
  freeze(model, which)
  return model
}

function trainableLayers(model: LayersModel): string[] {
  return model.layers
    .filter(({ trainableWeights }) => trainableWeights.length > 0)
    .map(({ name }) => name)
}

const crossEntropy = {
  name: 'cross_entropy',
  class_weights: 'none',
  label_smoothing: 0,
  ignore_index: -100,
} as const

const smallResnet = hubConfig('resnet18', { stem: 'small', width: 0.0625, image_size: [8, 8] })

describe('freezing', () => {
  it('leaves the classifier when the backbone is frozen', () => {
    for (const [config, head] of [
      [mlpConfig({ hidden: [6] }), 'classifier'],
      [tinyCnnConfig(), 'classifier'],
      [smallResnet, 'fc'],
      [hubConfig('squeezenet1_1'), 'classifier.1'],
      [hubConfig('mobilenet_v2', { width: 0.25 }), 'classifier.1'],
    ] as const) {
      const model = frozen(config, 'backbone')
      assert.deepEqual(trainableLayers(model), [head])
      model.dispose()
    }
  })

  it('keeps the dropout before the classifier, and ends that within the backbone', () => {
    const model = frozen(mlpConfig({ hidden: [6, 5], dropout: 0.5 }), 'backbone')
    const live = model.layers.filter(({ trainable }) => trainable).map(({ name }) => name)
    assert.deepEqual(live, ['dropout_2', 'classifier'])
    model.dispose()
  })

  it('takes patterns, and modules with everything below them', () => {
    for (const patterns of [
      ['conv1', 'bn1', 'layer1', 'layer2'],
      ['conv1', 'b*1', 'layer1.*', 'layer2.*'],
    ] as const) {
      const model = frozen(smallResnet, [...patterns])
      const trained = trainableLayers(model)
      assert.ok(!trained.some((name) => /^(conv1|bn1|layer[12])/.test(name)))
      assert.ok(trained.includes('layer3.0.downsample.0') && trained.includes('layer4.1.bn2'))
      model.dispose()
    }
    const model = frozen(smallResnet, ['*.bn2'])
    assert.ok(!trainableLayers(model).includes('layer1.0.bn2'))
    assert.ok(trainableLayers(model).includes('layer1.0.bn1'))
    model.dispose()
  })

  it('takes other special characters as they are', () => {
    assert.throws(() => frozen(smallResnet, ['layer[12]']), isConflict(/matches no layer/))
    assert.throws(() => frozen(smallResnet, ['layer1.0.conv.']), isConflict(/matches no layer/))
  })

  it('names the nearest layers for a pattern that matches none', () => {
    assert.throws(
      () => frozen(smallResnet, ['layr1.*']),
      (error) => isConflict(/matches no layer/)(error) && error.suggestions.includes('layer1'),
    )
  })

  it('refuses to leave nothing to train, or to freeze nothing', () => {
    assert.throws(() => frozen(smallResnet, ['*']), isConflict(/nothing is left to train/))
    assert.throws(() => frozen(mlpConfig({ hidden: [] }), 'backbone'), isConflict(/no weights/))
    assert.throws(() => frozen(smallResnet, ['relu']), isConflict(/no weights/))
  })

  it('computes no gradient below the first layer that is trained', async () => {
    const model = frozen(smallResnet, ['conv1', 'bn1', 'layer1', 'layer2', 'layer3'])
    const kernels = await traced(model)
    const live = trainableLayers(model).filter((name) => /conv|downsample\.0/.test(name))
    const count = (kernel: string) => kernels.filter((name) => name === kernel).length
    assert.equal(count('Conv2DBackpropFilter'), live.length)
    // Of the two layers that see the frozen part, neither passes a gradient on.
    assert.equal(count('Conv2DBackpropInput'), live.length - 2)
    model.dispose()
    const head = frozen(smallResnet, 'backbone')
    assert.ok(!(await traced(head)).some((name) => name.includes('Backprop')))
    head.dispose()
  })
})

withEngines('frozen layers', (engine) => {
  it('stay as they are, bit for bit, while the others train', async () => {
    const model = frozen(tinyCnnConfig(), ['conv_1', 'norm_*', 'dropout'])
    const program = createProgram({
      model,
      loss: crossEntropy,
      optimizer: optimizerConfig('adam', { weight_decay: 0.1 }),
      engine: engine(),
      random: new Random(1),
    })
    const before = values(model)
    const random = new Random(2)
    const x = Float32Array.from({ length: 6 * 128 }, () => random.uniform())
    const y = Int32Array.from({ length: 6 }, () => random.integer(4))
    for (let step = 0; step < 3; step++) {
      await program.trainStep({ x, y, count: 6 }, { learningRate: 0.05, step })
    }
    await program.read()
    const after = values(model)
    for (const [name, data] of before) {
      const isFrozen = /^(conv_1|norm_\d)\//.test(name)
      assert[isFrozen ? 'deepEqual' : 'notDeepEqual'](after.get(name), data, name)
    }
    await program.dispose()
    model.dispose()
  })
})

function values(model: LayersModel): Map<string, number[]> {
  return new Map(
    weightsOf(model).map(({ name, variable }) => [name, [...variable.dataSync<'float32'>()]]),
  )
}

/** The kernels that a training step calls. */
async function traced(model: LayersModel): Promise<string[]> {
  const { trace } = await import('../../src/engine/onnx/trace.js')
  const kernels: string[] = []
  const engine: Engine = {
    facts: { name: 'onnxruntime', version: '', device: 'cpu', threads: 1 },
    compile(fn, spec) {
      kernels.push(...trace(fn, spec).calls.map(({ kernel }) => kernel))
      return Promise.reject(new Error('only traced'))
    },
    dispose: () => Promise.resolve(),
  }
  const optimizer = optimizerConfig('sgd')
  const random = new Random(1)
  const program = createProgram({ model, loss: crossEntropy, optimizer, engine, random })
  const batch = { x: new Float32Array(2 * 192), y: Int32Array.of(0, 1), count: 2 }
  await assert.rejects(program.trainStep(batch, { learningRate: 0.1, step: 0 }), /only traced/)
  await program.dispose()
  return kernels
}

function isConflict(message: RegExp) {
  return (error: unknown): error is AppError =>
    error instanceof AppError && error.code === 'config_conflict' && message.test(error.message)
}
