import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCatalogue } from '../../src/core/errors.js'
import { root } from '../cli.js'

describe('docs/errors.md', () => {
  const text = readFileSync(join(root, 'docs', 'errors.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\d+) \| (.+?) \| (.+?) \|$/gm)]

  it('lists every code with its exit code and meaning', () => {
    const documented = rows.map(([, code = '', exit, meaning]) => [
      code,
      { exit: Number(exit), meaning },
    ])
    assert.deepEqual(Object.fromEntries(documented), errorCatalogue)
    assert.equal(documented.length, Object.keys(errorCatalogue).length)
  })

  it('explains every exit code', () => {
    const explained = [...text.matchAll(/^\| ([\d, ]+) \| [^|]+ \|$/gm)].flatMap(([, codes = '']) =>
      codes.split(',').map(Number),
    )
    for (const { exit } of Object.values(errorCatalogue)) assert.ok(explained.includes(exit))
  })
})
