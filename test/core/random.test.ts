import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Random } from '../../src/core/random.js'

describe('random', () => {
  it('gives the same numbers for the same seed and name, and others for others', () => {
    const draw = (seed: number, name: string) => {
      const stream = new Random(seed).fork(name)
      return Array.from({ length: 5 }, () => stream.uniform())
    }
    assert.deepEqual(draw(1, 'split'), draw(1, 'split'))
    assert.notDeepEqual(draw(1, 'split'), draw(2, 'split'))
    assert.notDeepEqual(draw(1, 'split'), draw(1, 'shuffle/0'))
  })

  it('forks without regard to what was drawn before', () => {
    const used = new Random(7)
    used.uniform()
    assert.equal(used.fork('a').uniform(), new Random(7).fork('a').uniform())
  })

  it('joins names of nested forks by a slash', () => {
    const nested = new Random(7).fork('shuffle').fork('3').uniform()
    assert.equal(nested, new Random(7, 'shuffle/3').uniform())
  })

  it('draws integers below the bound and reaches all of them', () => {
    const stream = new Random(3)
    const seen = new Set(Array.from({ length: 200 }, () => stream.integer(5)))
    assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4])
  })

  it('draws normals with mean 0 and deviation 1', () => {
    const stream = new Random(11)
    const values = Array.from({ length: 20_000 }, () => stream.normal())
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    assert(Math.abs(mean) < 0.03, `mean ${mean}`)
    assert(Math.abs(variance - 1) < 0.04, `variance ${variance}`)
  })

  it('shuffles in place and loses nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const shuffled = new Random(seed).shuffle([...items])
        const sort = (list: number[]) => [...list].sort((a, b) => a - b)
        assert.deepEqual(sort(shuffled), sort(items))
      }),
    )
  })
})
