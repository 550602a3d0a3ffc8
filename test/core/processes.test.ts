import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { isAlive } from '../../src/core/processes.js'

describe('processes', () => {
  it('are alive until they end', () => {
    assert.equal(isAlive(process.pid), true)
    assert.equal(isAlive(spawnSync(process.execPath, ['-e', '']).pid), false)
  })

  it('are alive whoever they belong to', () => {
    assert.equal(isAlive(1), true)
  })
})
