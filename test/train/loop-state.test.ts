import assert from 'node:assert/strict'
import type { EpochMetrics } from '../../src/store/records.js'
import { completeEpoch, initialState, isPatienceOver } from '../../src/train/loop-state.js'
import { exampleSpec } from '../fixtures.js'

describe('loop state', () => {
  const spec = exampleSpec({
    trainer: {
      ...exampleSpec().trainer,
      epochs: 10,
      early_stopping: { patience: 2, min_delta: 0.1 },
      checkpoint: { monitor: 'val_loss', mode: 'min', every: null },
    },
  })
  const metrics = (epoch: number, val_loss: number): EpochMetrics => ({
    epoch,
    learning_rate: 0.1,
    train_loss: 1,
    train_accuracy: 0.5,
    val_loss,
    val_accuracy: 0.5,
  })

  it('keeps the first of equal epochs as the best', () => {
    const state = initialState()
    assert.equal(completeEpoch(state, metrics(1, 0.5), spec), true)
    assert.equal(completeEpoch(state, metrics(2, 0.5), spec), false)
    assert.equal(completeEpoch(state, metrics(3, 0.49), spec), true)
    assert.deepEqual(state.best, { epoch: 3, monitor: 'val_loss', value: 0.49 })
  })

  it('moves the cursor and clears the sums of the epoch', () => {
    const state = {
      ...initialState(),
      step: 7,
      images: 100,
      loss_sum: 3,
      loss_weight: 100,
      correct: 50,
    }
    completeEpoch(state, metrics(1, 0.5), spec)
    const { epoch, step, images, loss_sum, correct } = state
    assert.deepEqual([epoch, step, images, loss_sum, correct], [1, 0, 0, 0, 0])
  })

  it('stops after `patience` epochs that gain less than `min_delta`', () => {
    const state = initialState()
    const stops = [1, 0.95, 0.85, 0.8, 0.78].map((loss, index) => {
      completeEpoch(state, metrics(index + 1, loss), spec)
      return isPatienceOver(state, spec)
    })
    assert.deepEqual(stops, [false, false, false, false, true])
  })

  it('watches a metric that should rise', () => {
    const state = initialState()
    const rising = {
      ...spec,
      trainer: {
        ...spec.trainer,
        checkpoint: { monitor: 'val_accuracy', mode: 'max', every: null } as const,
      },
    }
    assert.equal(completeEpoch(state, { ...metrics(1, 9), val_accuracy: 0.6 }, rising), true)
    assert.equal(completeEpoch(state, { ...metrics(2, 1), val_accuracy: 0.5 }, rising), false)
    assert.equal(completeEpoch(state, { ...metrics(3, 9), val_accuracy: 0.7 }, rising), true)
  })
})
