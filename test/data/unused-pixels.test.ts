import assert from 'node:assert/strict'
import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { openData } from '../../src/data/datasets.js'
import { listeningContext, scratch } from './idx-files.js'
import { folderConfig, twoClasses, writeTree } from './picture-files.js'

describe('data: decoded files that nobody uses', () => {
  const directory = scratch()
  after(() => directory.remove())

  it('are removed after thirty days, when another one is made', async () => {
    const root = join(directory.path, 'pictures')
    const cache = join(directory.path, 'cache')
    writeTree(root, await twoClasses())
    const open = (side: number) =>
      openData(
        folderConfig(root, { resize: { size: [side, side], method: 'nearest', fit: 'stretch' } }),
        listeningContext({ cacheDirectory: cache }),
      )
    const kept = () => readdirSync(join(cache, 'decoded')).filter((name) => name.endsWith('.u8'))
    const age = (name: string, days: number) => {
      const at = new Date(Date.now() - days * 86_400_000)
      utimesSync(join(cache, 'decoded', name), at, at)
    }
    await open(4)
    const [first = ''] = kept()
    age(first, 31)
    await open(4)
    await open(5)
    assert.equal(kept().length, 2)
    age(first.replace('.u8', '.used'), 31)
    const second = kept().find((name) => name !== first)!
    age(second, 29)
    await open(6)
    assert.equal(kept().length, 2)
    assert.ok(kept().includes(second))
    const left = readdirSync(join(cache, 'decoded')).filter((name) =>
      name.startsWith(first.slice(0, 32)),
    )
    assert.deepEqual(left, [])
  })
})
