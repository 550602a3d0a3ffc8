import assert from 'node:assert/strict'
import { judgeOptimizers } from '../conformance/optimizers.js'
import { readFixture, requireFixtures } from '../model/fixtures.js'
import { withEngines } from './with-engines.js'

withEngines('optimizers follow PyTorch', (engine) => {
  requireFixtures(
    describe('over 20 fixed gradients', () => {
      it('agrees on every step of every trajectory, and on clipping', async () => {
        const fixture = readFixture('pytorch/optimizers.json') as Parameters<
          typeof judgeOptimizers
        >[0]
        const context = { engine: () => Promise.resolve(engine()), slow: false }
        const verdicts = await judgeOptimizers(fixture, context)
        assert.deepEqual(
          verdicts.filter(({ state }) => state === 'disagrees'),
          [],
        )
        // torch 1.13's own NAdam, whose formula later versions corrected.
        const missing = verdicts.filter(({ state }) => state === 'not offered')
        assert.ok(missing.every((one) => 'kind' in one && one.kind === 'NAdam_torch_1_13'))
      })
    }),
  )
})
