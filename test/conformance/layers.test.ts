import assert from 'node:assert/strict'
import { withEngines } from '../contract/with-engines.js'
import { readFixture, requireFixtures } from '../model/fixtures.js'
import { judgeLayers } from './layers.js'

const half = 0.5

/** One case of a format, with a number in it that a test can make wrong. */
const silu = (slope = half) => ({
  name: 'silu_at_zero',
  op: 'activation',
  params: { name: 'silu' },
  torch: {
    input: { shape: [1], dtype: 'float32', data: [0] },
    output: { shape: [1], dtype: 'float32', data: [0] },
    grad_output: { shape: [1], dtype: 'float32', data: [1] },
    grad_input: { shape: [1], dtype: 'float32', data: [slope] },
  },
})

withEngines('cases of layers', (engine) => {
  const context = { engine: () => Promise.resolve(engine()), slow: false }

  it('agree, disagree, or are not offered', async () => {
    const cases = [
      silu(),
      silu(0.25),
      { ...silu(), params: { name: 'sine' } },
      { ...silu(), params: { name: 'silu', inplace: true } },
      { ...silu(), op: 'fold' },
    ]
    const verdicts = await judgeLayers({ cases }, context)
    assert.deepEqual(verdicts, [
      { state: 'agrees' },
      { state: 'disagrees', id: 'silu_at_zero: grad_input', expected: [0.25], got: [half] },
      { state: 'not offered', kind: 'activation sine' },
      { state: 'not offered', kind: 'activation with inplace' },
      { state: 'not offered', kind: 'fold' },
    ])
  })

  requireFixtures(
    describe('of PyTorch', () => {
      it('all agree', async () => {
        const file = readFixture('pytorch/layers.json') as Parameters<typeof judgeLayers>[0]
        const verdicts = await judgeLayers(file, context)
        assert.deepEqual(
          verdicts.filter(({ state }) => state !== 'agrees'),
          [],
        )
        assert.equal(verdicts.length, file.cases.length)
      })
    }),
  )
})
