import assert from 'node:assert/strict'
import { AppError } from '../../src/core/errors.js'
import { assignGroups, type ParameterGroup } from '../../src/model/optimizers/groups.js'

const names = [
  'conv1/kernel',
  'bn1/gamma',
  'layer1.0.conv1/kernel',
  'layer1.0.bn1/beta',
  'layer10.0.conv1/kernel',
  'fc/kernel',
  'fc/bias',
]

function group(match: ParameterGroup['match']): ParameterGroup {
  return { match, lr: null, lr_scale: 1, weight_decay: null }
}

/** The names in the n-th group of those given. */
function membersOf(groups: ParameterGroup[], which: number): string[] {
  const { indices } = assignGroups(groups, names)
  return names.filter((_, index) => indices[index] === which + 1)
}

describe('groups of weights', () => {
  it('match whole names, patterns, and all below a module', () => {
    const members = (match: ParameterGroup['match']) => membersOf([group(match)], 0)
    assert.deepEqual(members('fc/bias'), ['fc/bias'])
    assert.deepEqual(members('fc'), ['fc/kernel', 'fc/bias'])
    assert.deepEqual(members('layer1'), ['layer1.0.conv1/kernel', 'layer1.0.bn1/beta'])
    assert.deepEqual(members(['*/gamma', '*/beta', '*/bias']), [
      'bn1/gamma',
      'layer1.0.bn1/beta',
      'fc/bias',
    ])
    assert.deepEqual(members('*'), names)
  })

  it('take a weight that several match into the first', () => {
    const groups = [group('fc/bias'), group('fc'), group('*')]
    assert.deepEqual(membersOf(groups, 0), ['fc/bias'])
    assert.deepEqual(membersOf(groups, 1), ['fc/kernel'])
    assert.deepEqual(membersOf(groups, 2), names.slice(0, 5))
  })

  it('take a pattern literally but for the star', () => {
    assert.throws(() => assignGroups([group('conv./kernel')], names), AppError)
    assert.throws(() => assignGroups([group('(fc')], names), AppError)
  })

  it('name the nearest weights where a pattern matches none', () => {
    assert.throws(
      () => assignGroups([group(['fc', 'layr1.*'])], names),
      (error) =>
        error instanceof AppError &&
        error.code === 'config_conflict' &&
        error.message.includes("'layr1.*' matches no weight") &&
        error.suggestions.includes('layer1') &&
        (error.hint ?? '').includes('conv1/kernel'),
    )
  })

  it('refuse a group whose weights all belong to earlier ones', () => {
    assert.throws(
      () => assignGroups([group('*'), group('fc')], names),
      (error) => error instanceof AppError && error.message.includes("'fc' belongs to an earlier"),
    )
  })
})
