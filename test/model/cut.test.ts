import assert from 'node:assert/strict'
import { memory } from '@tensorflow/tfjs-core'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { Random } from '../../src/core/random.js'
import type { Engine } from '../../src/engine/compile.js'
import { cutOf, splitAt } from '../../src/model/cut.js'
import { freeze } from '../../src/model/freeze.js'
import { createInference } from '../../src/model/inference.js'
import { buildModel } from '../../src/model/models.js'
import type { ResolvedModel } from '../../src/spec/run-spec.js'
import type { ModelConfig } from '../../src/spec/types.gen.js'
import { withEngines } from '../contract/with-engines.js'
import { cnnConfig, mlpConfig } from './configs.js'
import { hubConfig } from './hub-configs.js'

const smallResnet = hubConfig('resnet18', { stem: 'small', width: 0.125, image_size: [8, 8] })

function frozen(config: ResolvedModel, which: ModelConfig['freeze']): LayersModel {
  const model = buildModel(config, new Random(1))
  freeze(model, which)
  return model
}

function cutShape(config: ResolvedModel, which: ModelConfig['freeze']): number[] | null {
  const model = frozen(config, which)
  const shape = cutOf(model)?.shape.slice(1) ?? null
  model.dispose()
  return shape as number[] | null
}

describe('the cut of a model', () => {
  it('lies as late as what is trained or random allows', () => {
    const cnn = cnnConfig({ widths: [4], dense: 6, image_size: [8, 8] })
    assert.deepEqual(cutShape(cnn, 'backbone'), [6])
    assert.deepEqual(cutShape(cnn, ['conv_1', 'norm_1']), [64])
    assert.deepEqual(cutShape(smallResnet, 'backbone'), [64])
    assert.deepEqual(cutShape(smallResnet, ['conv1', 'bn1', 'layer1', 'layer2']), [4, 4, 16])
    assert.deepEqual(cutShape(hubConfig('squeezenet1_1'), 'backbone'), [1, 1, 512])
  })

  it('does not exist where only the image goes on, or two values do', () => {
    assert.equal(cutShape(smallResnet, 'none'), null)
    assert.equal(cutShape(smallResnet, ['bn1']), null)
    assert.equal(cutShape(mlpConfig({ hidden: [6, 5] }), ['dense_2']), null)
    const withinBlock = ['conv1', 'bn1', 'layer1.0.conv1', 'layer1.0.bn1'] as const
    assert.equal(cutShape(smallResnet, [...withinBlock]), null)
  })
})

withEngines('a split model', (engine) => {
  for (const config of [
    cnnConfig({ widths: [4, 6], dense: 10, image_size: [8, 8] }),
    smallResnet,
    hubConfig('vit', { image_size: [8, 8], patch_size: 4, layers: 2 }),
  ]) {
    it(`of ${config.name} computes what the whole one does`, async () => {
      const tensors = memory().numTensors
      const model = frozen(config, 'backbone')
      const { features, head } = splitAt(model, cutOf(model) as SymbolicTensor)
      const random = new Random(3)
      const x = Float32Array.from({ length: 5 * 64 * config.in_channels }, () => random.uniform())
      const cached = await infer(features, x, 5, engine())
      assert.deepEqual(await infer(head, cached, 5, engine()), await infer(model, x, 5, engine()))
      head.dispose()
      model.dispose()
      assert.equal(memory().numTensors, tensors)
    })
  }
})

async function infer(model: LayersModel, x: Float32Array, count: number, engine: Engine) {
  const inference = createInference({ model, engine })
  const values = await inference.logits(x, count)
  await inference.dispose()
  return values.slice()
}
