import assert from 'node:assert/strict'
import fc from 'fast-check'
import { pixelFigures } from '../../src/data/pixel-figures.js'

describe('pixelFigures', () => {
  it('agrees with figures taken of the sorted values themselves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1 }), (values) => {
        const counts = new Float64Array(256)
        for (const value of values) counts[value] = counts[value]! + 1
        const figures = pixelFigures(counts)!
        const sorted = [...values].sort((a, b) => a - b)
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length
        const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
        assert.equal(figures.values, values.length)
        assert.equal(figures.min, sorted[0])
        assert.equal(figures.max, sorted.at(-1))
        assert.ok(Math.abs(figures.mean - mean) < 1e-9)
        assert.ok(Math.abs(figures.std - Math.sqrt(squares / values.length)) < 1e-9)
        assert.ok(Math.abs(figures.median - linear(sorted, 0.5)) < 1e-9)
        assert.ok(Math.abs(figures.percentiles.p95 - linear(sorted, 0.95)) < 1e-9)
        assert.equal(
          figures.zeroShare,
          values.filter((value) => value === 0).length / values.length,
        )
      }),
    )
  })

  it('has nothing to say of no pixels', () => {
    assert.equal(pixelFigures(new Float64Array(256)), null)
  })
})

/** NumPy's default. */
function linear(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share
  const [low, high] = [Math.floor(position), Math.ceil(position)]
  return sorted[low]! + (position - low) * (sorted[high]! - sorted[low]!)
}
