import assert from 'node:assert/strict'
import { variable, zeros } from '@tensorflow/tfjs-core'
import { AppError } from '../../src/core/errors.js'
import { encodeOptimizerState, restoreOptimizerState } from '../../src/model/optimizer-state.js'
import { createOptimizer } from '../../src/model/optimizers.js'
import { assignValues, type NamedVariable } from '../../src/model/variables.js'
import { optimizerConfig } from './optimizer-configs.js'

const sgd = optimizerConfig('sgd', { lr: 0.1, weight_decay: 0 })

function parameter(name: string, shape: number[]): NamedVariable {
  return { name, variable: variable(zeros(shape)) }
}

function isMismatch(slot: string) {
  return (error: unknown) =>
    error instanceof AppError &&
    error.code === 'checkpoint_mismatch' &&
    error.message.includes(`'${slot}'`)
}

describe('optimizer state', () => {
  it('names slots after the parameter, whatever tfjs calls the variable', () => {
    const { state } = createOptimizer(sgd, [parameter('a/kernel', [2]), parameter('b', [])])
    assert.deepEqual(
      state.map(({ name }) => name),
      ['momentum/a/kernel', 'momentum/b'],
    )
  })

  it('has no slots without momentum', () => {
    assert.deepEqual(
      createOptimizer(optimizerConfig('sgd', { momentum: 0 }), [parameter('a', [2])]).state,
      [],
    )
  })

  it('comes back as it was', () => {
    const [first, second] = [0, 1].map(() => createOptimizer(sgd, [parameter('a', [2, 2])]))
    assignValues(first!.state[0]!.variable, Float32Array.of(1, 2, 3, 4.5))
    restoreOptimizerState(second!.state, encodeOptimizerState(first!.state))
    assert.deepEqual([...second!.state[0]!.variable.dataSync()], [1, 2, 3, 4.5])
  })

  it('refuses the state of other parameters', () => {
    const { state } = createOptimizer(sgd, [parameter('a', [2])])
    const others = [
      [[parameter('a', [3])], 'momentum/a'],
      [[parameter('b', [2])], 'momentum/a'],
      [[parameter('a', [2]), parameter('b', [2])], 'momentum/b'],
    ] as const
    for (const [parameters, slot] of others) {
      const file = encodeOptimizerState(createOptimizer(sgd, parameters).state)
      assert.throws(() => restoreOptimizerState(state, file), isMismatch(slot))
    }
  })
})
