import assert from 'node:assert/strict'
import { encodeTorch } from '../../../src/model/export/torch.js'
import { decodeSafetensors } from '../../../src/core/safetensors.js'
import { torchWeights } from '../../../src/model/torch-names.js'
import { assignValues } from '../../../src/model/variables.js'
import { weightHash } from '../../../src/model/weights.js'
import { buildSmall } from './small-models.js'

describe('model: export to safetensors', () => {
  it("has torchvision's names and layouts", () => {
    const model = buildSmall('mobilenet_v2')
    const tensors = decodeSafetensors(encodeTorch(model, {}))
    const [first] = tensors.keys()
    assert.equal(first, [...tensors.keys()].sort()[0])
    const { shape: depthwise } = tensors.get('features.1.conv.0.0.weight')!
    assert.deepEqual(depthwise.slice(1), [1, 3, 3])
    assert.equal(tensors.get('classifier.1.weight')?.shape[0], 5)
    assert.ok(tensors.has('features.0.1.running_var'))
    model.dispose()
  })

  for (const name of ['resnet18', 'densenet121', 'vit', 'mlp'] as const) {
    it(`gives every weight of ${name} back`, () => {
      const model = buildSmall(name)
      const hash = weightHash(model)
      const tensors = decodeSafetensors(encodeTorch(model, { labels: '["a"]' }))
      const weights = torchWeights(model)
      assert.equal(tensors.size, weights.length)
      for (const { variable } of weights) {
        assignValues(variable.variable, new Float32Array(variable.variable.size))
      }
      for (const weight of weights) {
        const { shape, data } = tensors.get(weight.name)!
        assert.deepEqual(shape, weight.shape)
        assignValues(weight.variable.variable, weight.fromTorch(data as Float32Array))
      }
      assert.equal(weightHash(model), hash)
      model.dispose()
    })
  }
})
