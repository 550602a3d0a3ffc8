import assert from 'node:assert/strict'
import { judgeSmallCnn, type SmallCnnCase } from '../conformance/small-cnn.js'
import { readFixture, requireFixtures } from '../model/fixtures.js'
import { withEngines } from './with-engines.js'

withEngines('a small CNN trains as in PyTorch', (engine) => {
  requireFixtures(
    describe('ten steps with batch norm, pooling and strides', () => {
      it('agrees on losses, final state and logits', async () => {
        const { train_small_cnn: cases } = readFixture('pytorch/models.json') as {
          train_small_cnn: SmallCnnCase[]
        }
        for (const one of cases) {
          assert.deepEqual(await judgeSmallCnn(one, engine()), { state: 'agrees' })
        }
      })
    }),
  )
})
