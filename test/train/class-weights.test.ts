import assert from 'node:assert/strict'
import { AppError } from '../../src/core/errors.js'
import type { LossConfig } from '../../src/spec/types.gen.js'
import { resolveLoss } from '../../src/train/class-weights.js'

type CrossEntropy = Extract<LossConfig, { name: 'cross_entropy' }>

const names = ['Tops', 'Shoes', 'Bags']
const labels = [0, 0, 0, 0, 1, 1, 2, 2]
const fail = (path: string, message: string, options = {}) =>
  new AppError('config_conflict', `${path}: ${message}`, options)

function crossEntropy(class_weights: CrossEntropy['class_weights']): CrossEntropy {
  return { name: 'cross_entropy', class_weights, label_smoothing: 0.1, ignore_index: -100 }
}

function weightsOf(given: CrossEntropy['class_weights'], of: readonly number[] = labels): unknown {
  const loss = resolveLoss(crossEntropy(given), names, of, fail)
  return 'class_weights' in loss ? loss.class_weights : undefined
}

describe('class weights', () => {
  it('are balanced as in scikit-learn: images / (labels * images of the label)', () => {
    assert.deepEqual(weightsOf('balanced'), [8 / (3 * 4), 8 / (3 * 2), 8 / (3 * 2)])
  })

  it('are taken in the order of the labels, or by their names', () => {
    assert.deepEqual(weightsOf([1, 0.5, 2]), [1, 0.5, 2])
    assert.deepEqual(weightsOf({ Bags: 3, Tops: 0 }), [0, 1, 3])
    assert.equal(weightsOf('none'), 'none')
  })

  it('stay as they are in a frozen spec, whatever the split', () => {
    const frozen = resolveLoss(crossEntropy('balanced'), names, labels, fail)
    assert.deepEqual(resolveLoss(frozen, names, [0, 1, 2], fail), frozen)
  })

  it('leave losses without them alone', () => {
    const loss: LossConfig = { name: 'mse', activation: 'softmax' }
    assert.equal(resolveLoss(loss, names, labels, fail), loss)
  })

  const refused: [string, () => unknown, RegExp][] = [
    ['too few', () => weightsOf([1, 2]), /class_weights.*2 weights for 3 labels/],
    ['an unknown label', () => weightsOf({ Bag: 2 }), /no label 'Bag'/],
    ['nothing but zeros', () => weightsOf([0, 0, 0]), /all 0/],
    ['balance without images', () => weightsOf('balanced', [0, 1]), /there are none of Bags/],
  ]
  for (const [what, resolve, message] of refused) {
    it(`refuse ${what}`, () => {
      assert.throws(resolve, message)
    })
  }

  it('of the own label need one for each label, and a sigmoid', () => {
    const loss = {
      name: 'binary_cross_entropy',
      activation: 'sigmoid',
      class_weights: 'none',
      pos_weight: [1, 2],
    } as const
    const resolve = (changes: object) =>
      resolveLoss({ ...loss, pos_weight: [1, 2], ...changes }, names, labels, fail)
    assert.throws(() => resolve({}), /pos_weight.*2 weights for 3/)
    assert.throws(() => resolve({ activation: 'softmax', pos_weight: 2 }), /activation=sigmoid/)
    assert.deepEqual(resolve({ pos_weight: 2 }), { ...loss, pos_weight: 2 })
  })
})
