import assert from 'node:assert/strict'
import type { Tensor } from '@tensorflow/tfjs-core'
import { activations, type ActivationName } from '../../../src/model/operations/activations.js'
import { lookUp } from '../../../src/core/table.js'
import { withEngines } from '../../contract/with-engines.js'
import { computed, type Array4 } from './reference.js'

const row = (values: readonly number[]): Array4 => ({
  shape: [1, 1, 1, values.length],
  values: Float64Array.from(values),
})

/** Slopes where a function bends, or at the ends of the number line: [name, x, slope, parameters]. */
const bends: readonly [ActivationName, number, number, Record<string, number>?][] = [
  ['relu', 0, 0],
  ['relu6', 0, 0],
  ['relu6', 6, 0],
  ['relu6', 5.9999995, 1],
  ['hardsigmoid', -3, 0],
  ['hardsigmoid', 3, 0],
  ['hardsigmoid', 0, 1 / 6],
  ['hardswish', -4, 0],
  ['hardswish', 5, 1],
  ['leaky_relu', 0, 0.01],
  ['leaky_relu', 0, 0.3, { negative_slope: 0.3 }],
  ['elu', 0, 1],
  ['elu', 0, 0.5, { alpha: 0.5 }],
  ['elu', 1e-3, 1, { alpha: 0.5 }],
  ['softplus', 100, 1],
  ['softplus', -100, 0],
  ['softplus', 1.1, 1, { beta: 2, threshold: 2 }],
  ['gelu', 100, 1],
  ['gelu', -100, 0],
  ['gelu', 0, 0.5],
  ['gelu_tanh', 100, 1],
  ['gelu_tanh', -100, 0],
  ['silu', 0, 0.5],
  ['silu', -100, 0],
  ['mish', 100, 1],
  ['mish', -100, 0],
]

withEngines('activations', (engine) => {
  for (const [name, x, slope, parameters] of bends) {
    it(`rise by ${slope} at ${x}: ${name} ${JSON.stringify(parameters ?? {})}`, async () => {
      const activation = lookUp<(x: Tensor, parameters?: Record<string, number>) => Tensor>(
        activations,
        name,
        'activation',
      )
      const { gradients } = await computed(engine(), [row([x])], row([1]), (given) =>
        activation(given, parameters),
      )
      assert.ok(Math.abs(gradients[0]![0]! - slope) < 1e-6, `${gradients[0]![0]}`)
    })
  }
})
