import assert from 'node:assert/strict'
import { readFixture, requireFixtures } from '../model/fixtures.js'
import { crossEntropyErrors, type LossCase } from './cross-entropy.js'
import { withEngines } from './with-engines.js'

withEngines('cross entropy follows PyTorch', (engine) => {
  requireFixtures(
    describe('value and gradient', () => {
      for (const name of ['cross_entropy.mean', 'cross_entropy_extreme_logits.mean']) {
        it(`agrees on ${name}`, async () => {
          const { cases } = readFixture('pytorch/losses.json') as { cases: LossCase[] }
          const errors = await crossEntropyErrors(
            engine(),
            cases.find((one) => one.name === name)!,
          )
          assert.ok(errors.value <= 1e-5)
          assert.ok(errors.gradient <= 1e-5)
        })
      }
    }),
  )
})
