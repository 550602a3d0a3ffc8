import assert from 'node:assert/strict'
import { tidy, zeros } from '@tensorflow/tfjs-core'
import { AppError } from '../../src/core/errors.js'
import { BatchNormalization } from '../../src/model/layers/batch-normalization.js'

describe('batch normalization', () => {
  it('refuses a batch with one value a channel in training, and takes it in inference', () => {
    const layer = new BatchNormalization({ name: 'norm' })
    tidy(() => {
      const one = zeros([1, 3])
      layer.apply(one)
      assert.throws(
        () => layer.apply(one, { training: true }),
        (error) => error instanceof AppError && error.code === 'config_conflict',
      )
    })
    layer.dispose()
  })
})
