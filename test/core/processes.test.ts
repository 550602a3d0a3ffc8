import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { isAlive } from '../../src/core/processes.js'

describe('processes', () => {
  it('are alive until they end', () => {
    assert.equal(isAlive(process.pid), true)
    assert.equal(isAlive(spawnSync(process.execPath, ['-e', '']).pid), false)
  })

  it('are not alive any more when only their parent has not asked about them', async function () {
    if (process.platform !== 'linux') {
      console.warn('  SKIPPED: only Linux tells such processes from others.')
      this.skip()
    }
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 30'])
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer]
      const pid = Number(line.toString())
      while (isAlive(pid)) await setTimeout(5)
      assert.equal(process.kill(pid, 0), true)
    } finally {
      parent.kill()
    }
  })

  it('are alive whoever they belong to', () => {
    assert.equal(isAlive(1), true)
  })
})
