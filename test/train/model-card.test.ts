import assert from 'node:assert/strict'
import { readModelCard } from '../../src/train/model-card.js'
import { exampleSpec } from '../fixtures.js'

describe('model card', () => {
  const card = {
    record_version: 1,
    run_id: 'run',
    spec_hash: 'hash',
    labels: Array.from({ length: 10 }, (_, index) => `label ${index}`),
    normalization: { name: 'rescale_255' },
    model: exampleSpec().model,
  }
  const modelJson = (atelier: unknown) => ({ userDefinedMetadata: { atelier } })

  it('is read from the metadata of a model', () => {
    assert.deepEqual(readModelCard(modelJson(card), 'model.json'), card)
  })

  it('is missing in a model from elsewhere', () => {
    for (const other of [null, undefined, {}, { userDefinedMetadata: {} }]) {
      assert.throws(() => readModelCard(other, 'model.json'), { code: 'checkpoint_mismatch' })
    }
  })

  it('is refused when it was written by a newer version, or is damaged', () => {
    const read = (changes: object) => () =>
      readModelCard(modelJson({ ...card, ...changes }), 'model.json')
    assert.throws(read({ record_version: 99 }), { code: 'record_too_new' })
    const damages = [
      { labels: undefined },
      { labels: ['one'] },
      { normalization: null },
      { model: undefined },
      { model: { ...card.model, image_size: 28 } },
      { model: { ...card.model, in_channels: 0.5 } },
    ]
    for (const damage of damages) assert.throws(read(damage), { code: 'run_corrupt' })
  })
})
