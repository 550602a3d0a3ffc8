import assert from 'node:assert/strict'
import { AppError } from '../../src/core/errors.js'
import { Random } from '../../src/core/random.js'
import { buildModel } from '../../src/model/models.js'
import type { Fail } from '../../src/spec/run-spec.js'
import type { OptimizerConfig } from '../../src/spec/types.gen.js'
import { checkOptimizer } from '../../src/train/plan-optimizer.js'
import { mlpConfig } from '../model/configs.js'
import { optimizerConfig } from '../model/optimizer-configs.js'

/** Says where it was told of an error. */
const fail: Fail = (path, message, { code = 'config_invalid', ...options } = {}) =>
  new AppError(code, `${path}: ${message}`, options)

/** What is wrong with an optimizer for a network of two layers; null if nothing is. */
async function complaint(optimizer: OptimizerConfig): Promise<AppError | null> {
  const model = buildModel(mlpConfig(), new Random(1))
  try {
    await checkOptimizer({ optimizer }, model, fail)
    return null
  } catch (error) {
    assert.ok(error instanceof AppError)
    return error
  } finally {
    model.dispose()
  }
}

const group = { lr: null, lr_scale: 1, weight_decay: null }

describe('planning an optimizer', () => {
  it('accepts what fits', async () => {
    const groups = [{ ...group, match: ['classifier', '*/bias'] }]
    assert.equal(await complaint(optimizerConfig('adamw', { groups })), null)
    assert.equal(await complaint(optimizerConfig('sgd', { nesterov: true })), null)
  })

  it('locates a group that matches nothing, and names the nearest', async () => {
    const groups = [{ ...group, match: 'clasifier' }]
    const error = await complaint(optimizerConfig('adam', { groups }))
    assert.equal(error?.code, 'config_conflict')
    assert.match(error.message, /^optimizer\.groups: .*'clasifier'/)
    assert.deepEqual(error.suggestions, ['classifier'])
  })

  it('refuses Nesterov momentum without momentum, or with dampening', async () => {
    for (const changes of [{ momentum: 0 }, { dampening: 0.1 }]) {
      const error = await complaint(optimizerConfig('sgd', { nesterov: true, ...changes }))
      assert.equal(error?.code, 'config_conflict')
      assert.match(error.message, /^optimizer\.nesterov/)
    }
  })
})
