import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { IntervalAxis, SampledAxis } from '../../src/config/axes.js'
import { AppError } from '../../src/core/errors.js'
import { samplers } from '../../src/sweep/samplers/samplers.js'

const choices: readonly SampledAxis[] = [
  { key: 'model', kind: 'choice', options: ['model=mlp', 'model=cnn'] },
  { key: 'seed', kind: 'choice', options: ['seed=1', 'seed=2', 'seed=3'] },
]
const random = { name: 'random', trials: 50, seed: 0 } as const

function interval(fields: Partial<IntervalAxis>): IntervalAxis {
  return { key: 'x', kind: 'interval', low: 1, high: 2, integer: false, log: false, ...fields }
}

describe('sweep/samplers', () => {
  it('grid: every combination once, the last axis fastest', () => {
    const config = { name: 'grid' } as const
    const count = samplers.grid.count(config, choices)
    const words = Array.from({ length: count }, (_, n) =>
      samplers.grid.choose(config, choices, n, []).join(' '),
    )
    assert.deepEqual(words, [
      'model=mlp seed=1',
      'model=mlp seed=2',
      'model=mlp seed=3',
      'model=cnn seed=1',
      'model=cnn seed=2',
      'model=cnn seed=3',
    ])
  })

  it('grid: refuses intervals, and an empty axis makes no trials', () => {
    const config = { name: 'grid' } as const
    assert.throws(() => samplers.grid.count(config, [interval({})]), AppError)
    const empty: SampledAxis = { key: 'a', kind: 'choice', options: [] }
    assert.equal(samplers.grid.count(config, [...choices, empty]), 0)
  })

  it('random: a trial depends on seed and number alone, and other seeds draw others', () => {
    const draw = (seed: number, number: number) =>
      samplers.random.choose({ ...random, seed }, [interval({}), ...choices], number, [])
    assert.deepEqual(draw(0, 7), draw(0, 7))
    assert.notDeepEqual(draw(0, 7), draw(1, 7))
    assert.notDeepEqual(draw(0, 7), draw(0, 8))
    assert.equal(samplers.random.count(random, choices), 50)
  })

  it('random: stays inside any interval, whole numbers where asked', () => {
    const bound = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(bound, bound, fc.boolean(), fc.nat(1000), (a, b, log, number) => {
        fc.pre(a !== b)
        const axis = interval({ low: Math.min(a, b), high: Math.max(a, b), log })
        const [word = ''] = samplers.random.choose(random, [axis], number, [])
        const value = Number(word.slice(2))
        return value >= axis.low && value <= axis.high
      }),
    )
  })

  it('random: draws every whole number of an interval, evenly or by logarithm', () => {
    const counts = (log: boolean): number[] => {
      const axis = interval({ low: 1, high: 4, integer: true, log })
      const found = [0, 0, 0, 0]
      for (let n = 0; n < 2000; n++) {
        const [word = ''] = samplers.random.choose(random, [axis], n, [])
        found[Number(word.slice(2)) - 1]! += 1
      }
      return found
    }
    for (const count of counts(false)) assert.ok(Math.abs(count - 500) < 80, String(count))
    const [first = 0, second = 0, third = 0, fourth = 0] = counts(true)
    assert.ok(first > second && second > third && third > fourth && fourth > 0)
  })
})
