import assert from 'node:assert/strict'
import { tensor, type Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AppError } from '../../../src/core/errors.js'
import { Random } from '../../../src/core/random.js'
import { buildModel } from '../../../src/model/models.js'
import {
  applyTfjsWeights,
  applyTorchWeights,
  describeWeights,
} from '../../../src/model/pretrained/apply.js'
import type { TensorData } from '../../../src/core/safetensors.js'
import { weightsOf } from '../../../src/model/variables.js'
import { decodeWeights, encodeModel, weightHash } from '../../../src/model/weights.js'
import type { ResolvedModel } from '../../../src/spec/run-spec.js'
import { tinyCnnConfig } from '../configs.js'
import { hubConfig } from '../hub-configs.js'
import { stateDict } from './state-dict.js'

const resnet = hubConfig('resnet18', { stem: 'small', width: 0.125, image_size: [8, 8] })

/** A model with weights of its own seed, which is disposed of after the test. */
function build(config: ResolvedModel, seed: number): LayersModel {
  const model = buildModel(config, new Random(seed))
  models.push(model)
  return model
}
const models: LayersModel[] = []

function load(config: ResolvedModel, tensors: ReadonlyMap<string, TensorData>, seed = 2) {
  const model = build(config, seed)
  return { model, report: applyTorchWeights(model, config.name, tensors) }
}

function valuesOf(model: LayersModel, name: string): number[] {
  const found = weightsOf(model).find((weight) => weight.name === name)
  assert.ok(found, name)
  return [...found.variable.dataSync<'float32'>()]
}

function isMismatch(message: RegExp) {
  return (error: unknown) =>
    error instanceof AppError && error.code === 'weights_mismatch' && message.test(error.message)
}

describe('pretrained weights', () => {
  afterEach(() => {
    for (const model of models.splice(0)) model.dispose()
  })

  for (const config of [
    resnet,
    hubConfig('mobilenet_v2', { width: 0.25 }),
    hubConfig('squeezenet1_1'),
    hubConfig('vit', { variant: 'tiny', layers: 2, patch_size: 8 }),
  ]) {
    it(`are taken over by ${config.name} to the last bit`, () => {
      const source = build(config, 1)
      const { model, report } = load(config, stateDict(source))
      assert.equal(weightHash(model), weightHash(source))
      assert.equal(report.loaded, weightsOf(model).length)
      assert.deepEqual([report.replaced, report.left_over], [[], []])
    })
  }

  it('leave the classifier random when it has other classes', () => {
    const source = build({ ...resnet, num_classes: 7 }, 1)
    const { model, report } = load(resnet, stateDict(source))
    const fresh = build(resnet, 2)
    assert.deepEqual(report.replaced, ['fc.weight', 'fc.bias'])
    assert.equal(report.other_classes, 7)
    assert.equal(report.loaded, weightsOf(model).length - 2)
    assert.deepEqual(valuesOf(model, 'fc/kernel'), valuesOf(fresh, 'fc/kernel'))
    assert.deepEqual(valuesOf(model, 'conv1/kernel'), valuesOf(source, 'conv1/kernel'))
    assert.match(describeWeights(report, 10), /new classifier \(10 classes, not 7\)/)
  })

  it('leave a classifier of squeezenet random too, which is a convolution', () => {
    const config = hubConfig('squeezenet1_1')
    const source = build({ ...config, num_classes: 4 }, 1)
    const { report } = load(config, stateDict(source))
    assert.deepEqual(report.replaced, ['classifier.1.weight', 'classifier.1.bias'])
  })

  it('may lack the classifier', () => {
    const tensors = stateDict(build(resnet, 1))
    tensors.delete('fc.weight')
    tensors.delete('fc.bias')
    const { report } = load(resnet, tensors)
    assert.deepEqual(report.replaced, ['fc.weight', 'fc.bias'])
    assert.match(describeWeights(report, 10), /new classifier \(the weights have none\)/)
  })

  it('see a grey image as the colour network sees it three times', () => {
    const source = build(resnet, 1)
    const { model, report } = load({ ...resnet, in_channels: 1 }, stateDict(source))
    assert.equal(report.other_channels, 3)
    const random = new Random(5)
    const grey = Float32Array.from({ length: 64 }, () => random.uniform())
    const colour = Float32Array.from({ length: 192 }, (_, i) => grey[Math.floor(i / 3)]!)
    const expected = predict(source, colour, 3)
    const found = predict(model, grey, 1)
    assert.ok(found.every((value, i) => Math.abs(value - expected[i]!) < 1e-5))
  })

  it('repeat the colours for more channels, on the same scale', () => {
    const source = build(resnet, 1)
    const { model } = load({ ...resnet, in_channels: 4 }, stateDict(source))
    const before = valuesOf(source, 'conv1/kernel')
    const after = valuesOf(model, 'conv1/kernel')
    const filters = after.length / (9 * 4)
    const at = (values: number[], channels: number, channel: number) =>
      values.slice(channel * filters, channel * filters + filters).map((v) => v / channels)
    assert.deepEqual(at(after, 1, 3), at(after, 1, 0))
    assert.deepEqual(
      at(after, 1, 1),
      at(before, 1, 1).map((value) => Math.fround(value * 0.75)),
    )
  })

  it('have their positions resampled for another image size', () => {
    const vit = hubConfig('vit', { variant: 'tiny', layers: 1, patch_size: 8 })
    const source = build({ ...vit, image_size: [48, 48] }, 1)
    const { model, report } = load(vit, stateDict(source))
    assert.deepEqual(report.other_grid, { from: 6, to: 4 })
    assert.match(describeWeights(report, 10), /positions resampled from 6x6 to 4x4/)
    const name = 'encoder/pos_embedding'
    assert.equal(valuesOf(model, name).length, 17 * 192)
    assert.deepEqual(valuesOf(model, name).slice(0, 384), valuesOf(source, name).slice(0, 384))
    const wide = build({ ...vit, image_size: [48, 24] }, 1)
    assert.throws(() => load(vit, stateDict(wide)), isMismatch(/\[1, 19, 192\] .*\[1, 17, 192\]/))
  })

  it('must have every other tensor, and name what lacks', () => {
    const tensors = stateDict(build(resnet, 1))
    tensors.delete('layer2.0.bn1.running_mean')
    tensors.delete('layer4.1.conv2.weight')
    assert.throws(
      () => load(resnet, tensors),
      isMismatch(/lack 2 of .*: 'layer2\.0\.bn1\.running_mean', 'layer4\.1\.conv2\.weight'/),
    )
  })

  it('must have the shapes of the model, and name both', () => {
    const source = build({ ...resnet, width: 0.25 }, 1)
    assert.throws(
      () => load(resnet, stateDict(source)),
      isMismatch(/'fc.weight' has the shape \[10, 128\] in the weights and \[10, 64\] in the/),
    )
    const grey = stateDict(build({ ...resnet, in_channels: 1 }, 1))
    assert.throws(
      () => load(resnet, grey),
      isMismatch(/'conv1.weight' has the shape \[8, 1, 3, 3\] in .* \[8, 3, 3, 3\]/),
    )
  })

  it('must be floats', () => {
    const tensors = stateDict(build(resnet, 1))
    tensors.set('bn1.weight', { dtype: 'int32', shape: [8], data: new Int32Array(8) })
    assert.throws(() => load(resnet, tensors), isMismatch(/'bn1.weight' .*integers/))
  })

  it('leave the model alone when they do not fit', () => {
    const tensors = stateDict(build(resnet, 1))
    tensors.set('fc.bias', { dtype: 'float32', shape: [3], data: new Float32Array(3) })
    tensors.set('layer4.1.bn2.bias', { dtype: 'float32', shape: [3], data: new Float32Array(3) })
    const model = build(resnet, 2)
    assert.throws(() => applyTorchWeights(model, 'resnet18', tensors), isMismatch(/layer4/))
    assert.equal(weightHash(model), weightHash(build(resnet, 2)))
  })

  it('say which tensors have no place', () => {
    const tensors = stateDict(build(hubConfig('resnet34', { ...resnet, name: 'resnet34' }), 1))
    const { report } = load(resnet, tensors)
    assert.ok(report.left_over.includes('layer1.2.conv1.weight'))
    assert.ok(!report.left_over.some((name) => name.includes('num_batches_tracked')))
    assert.match(describeWeights(report, 10), /tensors left over/)
  })

  it('come from a tfjs model with the same layers', () => {
    const config = tinyCnnConfig()
    const source = build({ ...config, num_classes: 3 }, 1)
    const { modelJson, weights } = encodeModel(source, {})
    const model = build(config, 2)
    const report = applyTfjsWeights(model, decodeWeights(modelJson, weights))
    assert.deepEqual(report.replaced, ['classifier/kernel', 'classifier/bias'])
    assert.equal(report.other_classes, 3)
    assert.deepEqual(valuesOf(model, 'conv_2/kernel'), valuesOf(source, 'conv_2/kernel'))
  })
})

function predict(model: LayersModel, pixels: Float32Array, channels: number): number[] {
  const x = tensor(pixels, [1, 8, 8, channels])
  const logits = model.apply(x) as Tensor
  const values = [...logits.dataSync<'float32'>()]
  x.dispose()
  logits.dispose()
  return values
}
