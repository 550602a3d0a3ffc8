import assert from 'node:assert/strict'
import { AppError } from '../../src/core/errors.js'
import { lookUp, nearest } from '../../src/core/table.js'

describe('table', () => {
  const table = { mlp: 1, cnn: 2, resnet18: 3 }

  it('finds a variant', () => {
    assert.equal(lookUp(table, 'cnn', 'model'), 2)
  })

  it('suggests the nearest name and lists all', () => {
    assert.throws(
      () => lookUp(table, 'resnet', 'model'),
      (error) => {
        assert(error instanceof AppError)
        assert.deepEqual(error.suggestions, ['resnet18'])
        assert.match(error.hint ?? '', /mlp, cnn, resnet18/)
        return true
      },
    )
  })

  it('does not take inherited properties for variants', () => {
    assert.throws(() => lookUp(table, 'constructor', 'model'), AppError)
    assert.throws(() => lookUp(table, '__proto__', 'model'), AppError)
  })

  it('suggests nothing when nothing is near, and the best first', () => {
    assert.deepEqual(nearest('zzzzzz', ['mlp', 'cnn']), [])
    assert.deepEqual(nearest('optimzer', ['optimizer.lr', 'optimizer', 'data'])[0], 'optimizer')
  })
})
