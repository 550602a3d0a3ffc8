import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCatalogue } from '../../src/core/errors.js'
import { runTables, sweepTables, versionTable } from '../../src/sql/runs/tables.js'
import { atelier, root } from '../cli.js'
import { configOf } from './exporting.js'

const text = readFileSync(join(root, 'docs', 'sql-export.md'), 'utf8')

/** The commands that the page shows, as words; variables before and pipes behind are cut off. */
const commands = [...text.matchAll(/^ {4}(?:[A-Z_]+=\S+ )?atelier ([^|\n]+)/gm)].map(
  ([, words = '']) => words.trim().split(/\s+/),
)

describe('docs/sql-export.md', () => {
  let cwd = ''
  before(() => (cwd = mkdtempSync(join(tmpdir(), 'atelier-document-'))))
  after(() => rmSync(cwd, { recursive: true }))

  it('shows commands that work, those of servers as far as their config goes', async function () {
    this.timeout(90_000)
    assert.ok(commands.length >= 10)
    const shop = join(cwd, 'shop.db')
    const words = ['sql-export', 'seed-demo', 'products=50', `database.url=sqlite:${shop}`]
    assert.equal((await atelier(words, { cwd })).code, 0)
    const tries = commands.map(async (words, number) => {
      if (words.some((word) => /^database=(postgres|mysql)$/.test(word))) {
        return void configOf(
          ...words.filter((word) => !/^(sql-export|seed-demo|products=.*|--.*)$/.test(word)),
        )
      }
      const place = join(cwd, String(number))
      mkdirSync(join(place, 'runs'), { recursive: true })
      if (!words.includes('seed-demo')) copyFileSync(shop, join(place, 'shop.db'))
      const { code, stderr } = await atelier(words, { cwd: place })
      assert.equal(code, 0, `${words.join(' ')}\n${stderr}`)
    })
    await Promise.all(tries)
  })

  it('names the tables of runs as they are, and codes that exist', () => {
    const named = new Set(text.match(/atelier_\w+/g))
    const tables = [versionTable, ...Object.values(runTables), ...Object.values(sweepTables)]
    assert.deepEqual([...named].sort(), tables.map(({ name }) => name).sort())
    for (const [, code = ''] of text.matchAll(/\(`([a-z]+_[a-z_]+)`\)/g)) {
      assert.ok(code in errorCatalogue, code)
    }
  })
})
