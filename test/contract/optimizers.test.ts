import assert from 'node:assert/strict'
import { largestError, readFixture, requireFixtures } from '../model/fixtures.js'
import { optimizerConfigOf, trajectory, type OptimizerFixture } from './optimizer-trajectory.js'
import { withEngines } from './with-engines.js'

withEngines('optimizers follow PyTorch', (engine) => {
  requireFixtures(
    describe('over 20 fixed gradients', () => {
      it('agrees on every step of every case that the config can express', async () => {
        const { problem, cases } = readFixture('pytorch/optimizers.json') as OptimizerFixture
        const ours = cases.flatMap((one) => {
          const config = optimizerConfigOf(one)
          return config === undefined ? [] : [{ one, config }]
        })
        assert.ok(ours.length >= 10, `only ${ours.length} cases apply`)
        for (const { one, config } of ours) {
          const limit = Math.max(1e-5, 10 * one.max_abs_f32_minus_f64)
          for (const [step, values] of (
            await trajectory(engine(), config, one, problem)
          ).entries()) {
            const error = largestError(values.flat(), one.params_after_step[step]!.flat())
            assert.ok(error <= limit, `${one.name} step ${step}: ${error} > ${limit}`)
          }
        }
      })
    }),
  )
})
