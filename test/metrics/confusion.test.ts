import assert from 'node:assert/strict'
import fc from 'fast-check'
import { confusionMatrix, countOf, mostConfusedPair, totals } from '../../src/metrics/confusion.js'
import { labelPairs } from './labels.js'

describe('confusionMatrix', () => {
  it('has a row per actual and a column per predicted class', () => {
    const matrix = confusionMatrix([0, 0, 1], [1, 1, 0], 3)
    assert.equal(countOf(matrix, 0, 1), 2)
    assert.equal(countOf(matrix, 1, 0), 1)
    assert.equal(countOf(matrix, 2, 2), 0)
  })

  it('counts every image once, in the row of its class', () => {
    fc.assert(
      fc.property(labelPairs, ({ size, truth, predicted }) => {
        const sums = totals(confusionMatrix(truth, predicted, size))
        assert.equal(sums.all, truth.length)
        assert.deepEqual(sums.actual, histogram(truth, size))
        assert.deepEqual(sums.predicted, histogram(predicted, size))
        assert.equal(sums.correct, truth.filter((label, i) => label === predicted[i]).length)
      }),
    )
  })

  it('refuses labels outside the classes and arrays of different length', () => {
    assert.throws(() => confusionMatrix([0, 3], [0, 0], 3), /3 at position 1/)
    assert.throws(() => confusionMatrix([0, 1], [0, -1], 3), /-1 at position 1/)
    assert.throws(() => confusionMatrix([0, 1], [0], 3), /2 labels but 1/)
  })
})

describe('mostConfusedPair', () => {
  it('adds both directions', () => {
    const matrix = confusionMatrix([0, 0, 1, 1, 1, 2, 2], [0, 1, 0, 0, 1, 0, 0], 3)
    assert.deepEqual(mostConfusedPair(matrix), {
      classes: [0, 1],
      count: 3,
      firstTakenForSecond: 1,
      secondTakenForFirst: 2,
      shareOfErrors: 3 / 5,
    })
  })

  it('is null without errors and otherwise holds at least its even share of them', () => {
    assert.equal(mostConfusedPair(confusionMatrix([0, 1, 2], [0, 1, 2], 3)), null)
    fc.assert(
      fc.property(labelPairs, ({ size, truth, predicted }) => {
        const pair = mostConfusedPair(confusionMatrix(truth, predicted, size))
        const errors = truth.filter((label, index) => label !== predicted[index]).length
        if (pair === null) assert.equal(errors, 0)
        else assert.ok(pair.count >= errors / ((size * (size - 1)) / 2))
      }),
    )
  })
})

function histogram(labels: Int32Array, size: number): number[] {
  return Array.from({ length: size }, (_, index) => labels.filter((l) => l === index).length)
}
