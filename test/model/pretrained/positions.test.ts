import assert from 'node:assert/strict'
import { gridOf, resamplePositions } from '../../../src/model/pretrained/positions.js'

/** A class token of 9, and three rows of three positions. */
const values = Float32Array.of(9, 0, 1, 4, 2, -1, 3, 5, 2, -2)

describe('position embeddings of another image size', () => {
  // torch 1.13: interpolate(mode='bicubic', align_corners=True).
  const expected: Record<number, number[]> = {
    2: [0, 4, 5, -2],
    3: [0, 1, 4, 2, -1, 3, 5, 2, -2],
    4: [
      ...[0, 0.351852, 2.055555, 4, 1.037037, -0.663923, 0.542867, 3.870372],
      ...[3.166666, 0.62963, -0.159123, 1.314815, 5, 3.388891, 0.407407, -2],
    ],
    5: [
      ...[0, 0.21875, 1, 2.59375, 4, 0.71875, -0.179688, -0.28125, 1.75, 3.96875, 2, 0.125, -1],
      ...[0.71875, 3, 3.6875, 1.991211, 0.3125, 0.042969, 0.40625, 5, 3.875, 2, -0.28125, -2],
    ],
  }
  for (const [to, numbers] of Object.entries(expected)) {
    it(`has PyTorch's numbers for a grid of ${to}x${to}`, () => {
      const [token, ...grid] = resamplePositions(values, 3, Number(to), 1)
      assert.equal(token, 9)
      assert.equal(grid.length, numbers.length)
      assert.ok(grid.every((value, i) => Math.abs(value - numbers[i]!) < 4e-6))
    })
  }

  it('keeps the values of a position together', () => {
    const pairs = Float32Array.from([...values].flatMap((value) => [value, -value]))
    const wide = resamplePositions(pairs, 3, 4, 2)
    const narrow = resamplePositions(values, 3, 4, 1)
    assert.deepEqual(
      wide.filter((_, i) => i % 2 === 0),
      narrow,
    )
  })

  it('needs square grids', () => {
    assert.equal(gridOf([1, 50, 8]), 7)
    assert.equal(gridOf([1, 49, 8]), null)
    assert.equal(gridOf([1, 1, 8]), null)
  })
})
