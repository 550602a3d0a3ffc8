import assert from 'node:assert/strict'
import { judgeOptimizers } from '../conformance/optimizers.js'
import { largestError, readFixture, requireFixtures } from '../model/fixtures.js'
import { constantMomentum, pathOf } from './optimizer-formulas.js'
import { optimizerConfigOf, type OptimizerFixture } from './optimizer-trajectory.js'
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

requireFixtures(
  describe('the formulas that optimizers are tested against', () => {
    it("end where PyTorch's do in double precision", () => {
      const { problem, cases } = readFixture('pytorch/optimizers.json') as OptimizerFixture
      for (const one of cases) {
        const config = optimizerConfigOf(one)
        if (config === undefined) continue
        for (const [tensor, start] of problem.start.entries()) {
          const { lr = one.hyper.lr, weight_decay = config.weight_decay } =
            one.groups?.[tensor] ?? {}
          const ends = start.map((value, element) => {
            const gradients = problem.gradients.map((step) => Math.fround(step[tensor]![element]!))
            const rate = (step: number) => one.lr_per_step?.[step] ?? lr
            const momentum = () => constantMomentum(config)
            const own = { ...config, weight_decay }
            return pathOf(own, Math.fround(value), gradients, rate, momentum).at(-1)!
          })
          const error = largestError(ends, one.params_final_float64[tensor]!)
          assert.ok(error <= 1e-9, `${one.name}: ${error}`)
        }
      }
    })
  }),
)
