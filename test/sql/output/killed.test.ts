import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atelier, type Outcome } from '../../cli.js'
import { makeCatalog } from './catalog-file.js'

describe('sql/output killed', function () {
  this.timeout(60_000)
  let directory = ''
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'atelier-sql-killed-'))
    makeCatalog(directory, 100_000)
  })
  after(() => rmSync(directory, { recursive: true }))

  function run(
    output: string,
    words: readonly string[],
    meanwhile?: (child: ChildProcess) => void,
  ): Promise<Outcome> {
    const all = ['sql-export', 'database.url=shop.db', `output=${output}`, ...words]
    return atelier(all, { cwd: directory, ...(meanwhile !== undefined && { meanwhile }) })
  }

  /** Sends a signal once the unfinished file has grown by so many bytes. */
  function afterBytes(output: string, bytes: number, signal: NodeJS.Signals) {
    const partial = join(directory, `${output}.partial`)
    const size = () => statSync(partial, { throwIfNoEntry: false })?.size ?? 0
    return (child: ChildProcess) => {
      const start = size()
      const timer = setInterval(() => {
        if (size() - start < bytes) return
        clearInterval(timer)
        child.kill(signal)
      }, 1)
      child.on('close', () => clearInterval(timer))
    }
  }

  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(directory, name)))
      .digest('hex')

  for (const [name, steps] of Object.entries({
    'a.csv': [900_000, 1_500_000, 10_000],
    'a.ndjson.gz': [60_000, 200_000, 1],
    'a.db': [3_000_000, 1_000_000],
  })) {
    it(`ends ${name} with the same SHA-256 after kill -9`, async () => {
      await run(`whole-${name}`, [])
      let kills = 0
      for (const bytes of steps) {
        const { signal } = await run(name, ['--resume'], afterBytes(name, bytes, 'SIGKILL'))
        if (signal === 'SIGKILL') kills += 1
      }
      assert.ok(kills > 0, 'the export was faster than the kills')
      const { json, code } = await run(name, ['--resume', '--json'])
      assert.equal(code, 0)
      const result = json.result as { sha256: string; resumed_rows: number; rows: number }
      assert.equal(result.sha256, digest(`whole-${name}`))
      assert.equal(digest(name), result.sha256)
      assert.equal(result.rows, 133_333)
      for (const end of ['.partial', '.partial.json', '.partial.lock', '.partial-journal']) {
        assert.equal(existsSync(join(directory, name + end)), false, end)
      }
    })
  }

  it('says after Ctrl-C how to go on, and does so', async () => {
    const { code, stderr } = await run('b.csv', [], afterBytes('b.csv', 500_000, 'SIGINT'))
    assert.equal(code, 130, stderr)
    const kept = /The same command with --resume goes on after the (\d+) rows/.exec(stderr)?.[1]
    assert.ok(kept, stderr)
    assert.equal(existsSync(join(directory, 'b.csv')), false)
    const again = await run('b.csv', [])
    assert.equal(again.code, 8)
    assert.match(again.stderr, /holds an unfinished export[^]*--resume/)
    const rest = await run('b.csv', ['--resume'])
    assert.equal(rest.code, 0, rest.stderr)
    assert.ok(rest.stdout.includes(`\n${kept} of the rows were there already\n`), rest.stdout)
    assert.equal(rest.stderr, '')
  })

  it('keeps data and messages apart on standard output, and ends quietly with its reader', async () => {
    const { stdout, stderr, code } = await run('-', ['country=fr'])
    assert.equal(code, 0)
    assert.equal(stdout.split('\n').length, 133_335)
    assert.match(stderr, /^133333 rows of 100000 products \(100000 without a description/)
    const cut = await run('-', [], (child) => {
      child.stdout?.once('data', () => child.stdout?.destroy())
    })
    assert.deepEqual([cut.code, /error/i.test(cut.stderr)], [0, false])
  })
})
