import assert from 'node:assert/strict'
import { valueAndGrad, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core'
import { lossOf } from '../../src/model/losses.js'
import {
  largestError,
  readFixture,
  requireFixtures,
  type FixtureTensor,
} from '../model/fixtures.js'
import { withEngines } from './with-engines.js'

interface Case {
  name: string
  tensors: { input: FixtureTensor; target: FixtureTensor }
  value: FixtureTensor
  grad_input: FixtureTensor
}

withEngines('cross entropy follows PyTorch', (engine) => {
  requireFixtures(
    describe('value and gradient', () => {
      for (const name of ['cross_entropy.mean', 'cross_entropy_extreme_logits.mean']) {
        it(`agrees on ${name}`, async () => {
          const { cases } = readFixture('pytorch/losses.json') as { cases: Case[] }
          const { tensors, value, grad_input } = cases.find((one) => one.name === name)!
          const loss = lossOf({ name: 'cross_entropy' })
          const compute = ({ x, y }: Record<string, Tensor>) => {
            const both = valueAndGrad((logits) => loss(logits as Tensor2D, y as Tensor1D))(x!)
            return { value: both.value, gradient: both.grad }
          }
          const step = await engine().compile(compute, {
            inputs: {
              x: { shape: tensors.input.shape, dtype: 'float32' },
              y: { shape: tensors.target.shape, dtype: 'int32' },
            },
            state: [],
          })
          const out = await step.run({
            x: Float32Array.from(tensors.input.data),
            y: Int32Array.from(tensors.target.data),
          })
          assert.ok(largestError(out['value']!, value.data) <= 1e-5)
          assert.ok(largestError(out['gradient']!, grad_input.data) <= 1e-5)
          await step.dispose()
        })
      }
    }),
  )
})
