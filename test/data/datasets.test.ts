import assert from 'node:assert/strict'
import { createLog } from '../../src/core/log.js'
import { createProgress } from '../../src/core/terminal.js'
import type { DataContext } from '../../src/data/data-set.js'
import { openRepeatedly } from '../../src/data/datasets.js'
import { exampleSpec } from '../fixtures.js'

describe('data sets', () => {
  it('are opened once for trials that differ in their batches only', async () => {
    const context: DataContext = {
      env: {},
      cacheDirectory: 'unused',
      progress: await createProgress({ quiet: true }),
      log: createLog({ quiet: true }),
    }
    const { data } = exampleSpec()
    const open = openRepeatedly()
    const first = await open(data, context)
    assert.equal(await open({ ...data, batch_size: 7 }, context), first)
    const other = await open({ ...data, test_size: 20 } as typeof data, context)
    assert.notEqual(other.fingerprint, first.fingerprint)
  })
})
