import assert from 'node:assert/strict'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { encodeOnnx } from '../../../src/model/export/onnx.js'
import { largestError } from '../fixtures.js'
import {
  buildSmall,
  engineLogits,
  smallImages,
  smallModels,
  type SmallModel,
} from './small-models.js'

const facts = { producerVersion: '1', description: 'a test', metadata: { labels: '["a"]' } }

describe('model: export to ONNX', () => {
  for (const name of Object.keys(smallModels) as SmallModel[]) {
    it(`gives the logits of ${name} in plain onnxruntime, at any batch size`, async () => {
      const model = buildSmall(name)
      const session = await InferenceSession.create(encodeOnnx(model, facts))
      assert.deepEqual([session.inputNames, session.outputNames], [['image'], ['logits']])
      for (const count of [1, 3]) {
        const images = smallImages(count)
        const { logits } = await session.run({
          image: new Tensor('float32', images.x, images.shape),
        })
        assert.deepEqual(logits?.dims, [count, 5])
        const expected = await engineLogits(model, images)
        const error = largestError(logits.data as Float32Array, expected)
        assert.ok(error <= 1e-5, `${error}`)
      }
      await session.release()
      model.dispose()
    })
  }

  it('uses nothing but standard operators, and carries weights by name and the metadata', () => {
    for (const name of ['shufflenet_v2_x1_0', 'vit'] as const) {
      const model = buildSmall(name)
      const text = Buffer.from(encodeOnnx(model, facts)).toString('latin1')
      assert.doesNotMatch(text, /com\.microsoft/)
      for (const { originalName } of model.weights) assert.ok(text.includes(originalName))
      assert.match(text, /labels.*\["a"\]/s)
      model.dispose()
    }
  })

  it('is the same file whenever it is made', () => {
    const model = buildSmall('cnn')
    assert.deepEqual(encodeOnnx(model, facts), encodeOnnx(model, facts))
    model.dispose()
  })
})
