import assert from 'node:assert/strict'
import fc from 'fast-check'
import { updateOf, updatesPerEpoch } from '../../src/model/accumulation.js'

const accumulations = fc.record({
  accumulate: fc.integer({ min: 1, max: 9 }),
  stepsPerEpoch: fc.integer({ min: 1, max: 30 }),
})

describe('accumulation', () => {
  it('takes k batches at a time, and what is left at the end of an epoch', () => {
    const steps = Array.from({ length: 10 }, (_, step) =>
      updateOf(step, { accumulate: 3, stepsPerEpoch: 5 }),
    )
    assert.deepEqual(
      steps.map(({ update }) => update),
      [0, 0, 0, 1, 1, 2, 2, 2, 3, 3],
    )
    assert.deepEqual(
      steps.flatMap(({ completes }, step) => (completes ? [step] : [])),
      [2, 4, 7, 9],
    )
  })

  it('completes every update once, at its last batch', () => {
    fc.assert(
      fc.property(accumulations, (accumulation) => {
        const epochs = 3
        let updates = 0
        for (let step = 0; step < epochs * accumulation.stepsPerEpoch; step++) {
          const { update, completes } = updateOf(step, accumulation)
          assert.equal(update, updates)
          if (completes) updates += 1
        }
        assert.equal(updates, epochs * updatesPerEpoch(accumulation))
      }),
    )
  })
})
