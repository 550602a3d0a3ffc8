import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  featureOrder,
  fromOrder,
  isBatchLast,
  rowMajor,
  sameLayout,
  stateOrder,
  storedShape,
  toOrder,
} from '../../../src/engine/onnx/layout.js'

describe('layouts', () => {
  it('come back to row-major from any order', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(shapes, fc.infiniteStream(fc.nat()), (shape, keys) => {
        const order = rowMajor(shape.length)
          .map((axis) => [axis, keys.next().value as number] as const)
          .sort(([, a], [, b]) => a - b)
          .map(([axis]) => axis)
        const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i)
        const [stored, back] = [values.slice(), values.slice().fill(-1)]
        toOrder(values, shape, order, stored)
        fromOrder(stored, shape, order, back)
        assert.deepEqual(back, values)
      }),
    )
  })

  it('keep filters [kh,kw,C,O] as [O,C,kh,kw]', () => {
    assert.deepEqual(storedShape([3, 5, 7, 9], stateOrder(4)), [9, 7, 3, 5])
    const stored = new Float32Array(4)
    toOrder(Float32Array.of(1, 2, 3, 4), [1, 2, 1, 2], stateOrder(4), stored)
    assert.deepEqual([...stored], [1, 3, 2, 4])
  })

  it('do not tell orders apart that differ in axes of size one', () => {
    assert.ok(!sameLayout([4, 1, 1, 3], [3, 1, 2, 0], [1, 0, 3, 2]))
    assert.ok(sameLayout([4, 1, 1, 3], [3, 1, 2, 0], [1, 3, 2, 0]))
    assert.ok(sameLayout([1, 1, 1, 3], featureOrder, rowMajor(4)))
    assert.ok(isBatchLast([4, 2, 2, 3], featureOrder))
    assert.ok(!isBatchLast([4, 2, 2, 3], rowMajor(4)))
  })
})
