import assert from 'node:assert/strict'
import { keep, mul, sum, valueAndGrads, type Tensor } from '@tensorflow/tfjs-core'
import { input, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { BatchNormalization } from '../../src/model/layers/batch-normalization.js'
import { assignValues, weightsOf } from '../../src/model/variables.js'
import {
  largestError,
  readFixture,
  requireFixtures,
  type FixtureTensor,
} from '../model/fixtures.js'
import { withEngines } from './with-engines.js'

type Tensors = Record<string, FixtureTensor>

interface Case {
  name: string
  params: { training: boolean }
  torch: Tensors
  nhwc: Tensors
}

const names = [
  'bn_train_fresh',
  'bn_train_momentum01',
  'bn_train_two_values',
  'bn_train_1d',
  'bn_eval',
  'bn_eval_1d',
]

withEngines('batch normalization follows PyTorch', (engine) => {
  requireFixtures(
    describe('output, gradients and running statistics', () => {
      for (const name of names) {
        it(`agrees on ${name}`, async () => {
          const { cases } = readFixture('pytorch/layers.json') as { cases: Case[] }
          const one = cases.find((candidate) => candidate.name === name)!
          const expected: Tensors = { ...one.torch, ...one.nhwc }
          const { outputs, after } = await runLayer(expected, one.params.training)
          for (const [key, limit] of Object.entries({
            output: 1e-5,
            grad_input: 1e-4,
            grad_weight: 1e-4,
            grad_bias: 1e-4,
          })) {
            const error = largestError(outputs[key]!, expected[key]!.data)
            assert.ok(error <= limit, `${key}: ${error}`)
          }
          if (!one.params.training) return
          for (const key of ['running_mean_after', 'running_var_after']) {
            const error = largestError(after[key]!, expected[key]!.data)
            assert.ok(error <= 1e-5, `${key}: ${error}`)
          }
        })
      }
    }),
  )

  async function runLayer(values: Tensors, training: boolean) {
    const { shape } = values['input']!
    const symbol = input({ shape: shape.slice(1) })
    const layer = new BatchNormalization({ name: 'norm' })
    const network = model({ inputs: symbol, outputs: layer.apply(symbol) as SymbolicTensor })
    const [gamma, beta, mean, variance] = weightsOf(network).map((named) => named.variable)
    for (const [target, key] of [
      [gamma, 'weight'],
      [beta, 'bias'],
      [mean, 'running_mean'],
      [variance, 'running_var'],
    ] as const) {
      assignValues(target!, Float32Array.from(values[key]!.data))
    }
    const compute = ({ x, upstream }: Record<string, Tensor>) => {
      let kept: Tensor | undefined
      const { grads } = valueAndGrads((given) => {
        kept = keep(network.apply(given, { training }) as Tensor)
        return sum(mul(kept, upstream!))
      })([x!, gamma!, beta!])
      const output = kept!.clone()
      kept!.dispose()
      const [grad_input, grad_weight, grad_bias] = grads
      return { output, grad_input: grad_input!, grad_weight: grad_weight!, grad_bias: grad_bias! }
    }
    const spec = { shape, dtype: 'float32' as const }
    const step = await engine().compile(compute, {
      inputs: { x: spec, upstream: spec },
      state: [gamma!, beta!, mean!, variance!],
    })
    const outputs = await step.run({
      x: Float32Array.from(values['input']!.data),
      upstream: Float32Array.from(values['grad_output']!.data),
    })
    await step.read()
    const after: Record<string, ArrayLike<number>> = {
      running_mean_after: mean!.dataSync(),
      running_var_after: variance!.dataSync(),
    }
    await step.dispose()
    return { outputs, after }
  }
})
