import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SqlExportConfig } from '../../../src/spec/types.gen.js'
import { exported } from '../exporting.js'
import { exportOf, makeCatalog } from './catalog-file.js'

const products = 30_000

const system = (program: string, ...words: string[]) =>
  execFileSync(program, words, { stdio: 'ignore' })

describe('sql/output/unfinished', () => {
  let directory = ''
  let shop = ''
  let out = ''
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'atelier-sql-unfinished-'))
    shop = makeCatalog(directory, products)
  })
  beforeEach(() => (out = mkdtempSync(join(directory, 'out-'))))
  after(() => rmSync(directory, { recursive: true }))

  const to = (name: string, ...words: string[]): SqlExportConfig => ({
    ...exportOf(shop, ...words),
    output: join(out, name),
  })

  /** Begins an export and stops it after some blocks, as Ctrl-C does. */
  async function interrupt(config: SqlExportConfig, blocks: number, resume = false): Promise<void> {
    const controller = new AbortController()
    let seen = 0
    const update = () => {
      if ((seen += 1) === blocks) controller.abort()
    }
    const progress = { start() {}, update, stop() {} }
    const { signal } = controller
    await assert.rejects(exported(config, out, { signal, progress, resume }), {
      code: 'interrupted',
    })
  }

  // How many blocks there are until each interruption; only every 16th of Parquet and of a database can be gone on from.
  const interruptions = {
    'a.csv': [3, 1, 2],
    'a.ndjson.gz': [1, 4],
    'a.json.zst': [3, 1, 2],
    'a.parquet': [5, 17, 2],
    'a.db': [5, 17, 2],
  }
  for (const [name, blocks] of Object.entries(interruptions)) {
    it(`goes on with ${name} after interruptions and ends with the same bytes`, async () => {
      const { result: whole } = await exported(to(`whole-${name}`), out)
      for (const [turn, count] of blocks.entries()) {
        await interrupt(to(name), count, turn > 0)
        assert.equal(existsSync(join(out, name)), false)
      }
      const { result } = await exported(to(name), out, { resume: true })
      assert.deepEqual(readFileSync(join(out, name)), readFileSync(join(out, `whole-${name}`)))
      const facts = ({ rows, products: count, sha256, bytes }: typeof result) => {
        return { rows, count, sha256, bytes }
      }
      assert.deepEqual(facts(result), facts(whole))
      assert.ok(result.resumed_rows >= 2048, String(result.resumed_rows))
      assert.deepEqual(readdirSync(out).sort(), [name, `whole-${name}`].sort())
    })
  }

  it('begins anew what a kill cut inside a write, and cuts off what the journal does not know', async () => {
    const { result: whole } = await exported(to('whole.csv'), out)
    await interrupt(to('a.csv'), 2)
    writeFileSync(join(out, 'a.csv.partial'), 'half a li', { flag: 'a' })
    const { result } = await exported(to('a.csv'), out, { resume: true })
    assert.equal(result.sha256, whole.sha256)
  })

  it('refuses to overwrite an unfinished export unasked, and to go on with another one', async () => {
    await interrupt(to('a.csv'), 2)
    const remedies = { code: 'output_unwritable', exit: 8, hint: /--resume.*delete it/ }
    await assert.rejects(exported(to('a.csv'), out), remedies)
    const others = [
      'country=fr',
      'csv.bom=true',
      'columns.title=t',
      'format=ndjson',
      'images=first',
    ]
    for (const word of others) {
      const differs = exported(to('a.csv', word), out, { resume: true })
      await assert.rejects(differs, /The unfinished export differs in: /, word)
    }
    await exported(to('a.csv'), out, { resume: true })
    assert.deepEqual(readdirSync(out), ['a.csv'])
  })

  it('does not go on with a file that is shorter than its journal says', async () => {
    await interrupt(to('a.csv'), 2)
    writeFileSync(join(out, 'a.csv.partial'), 'short')
    await assert.rejects(
      exported(to('a.csv'), out, { resume: true }),
      /is shorter than its journal/,
    )
  })

  it('begins anew with --resume where nothing is there', async () => {
    const { result } = await exported(to('a.csv'), out, { resume: true })
    assert.deepEqual([result.resumed_rows, result.products], [0, products])
  })

  it('leaves a foreign .partial alone, and a file that stands under the final name', async () => {
    writeFileSync(join(out, 'a.csv.partial'), 'mine')
    await assert.rejects(exported(to('a.csv'), out), /is in the way: it has no journal/)
    assert.equal(readFileSync(join(out, 'a.csv.partial'), 'utf8'), 'mine')
    writeFileSync(join(out, 'b.csv'), 'old')
    await interrupt(to('b.csv'), 2)
    assert.equal(readFileSync(join(out, 'b.csv'), 'utf8'), 'old')
    await exported(to('b.csv'), out, { resume: true })
    assert.ok(readFileSync(join(out, 'b.csv')).length > 1000)
  })

  it('does not go on by identifiers of no type, because text would not compare as they do', async () => {
    const other = mkdtempSync(join(directory, 'typeless-'))
    const script =
      'pragma foreign_keys = off; drop table Product; create table Product (Id, Title);'
    const typeless = makeCatalog(other, 10, `${script} insert into Product values (1, 'x')`)
    const config = { ...exportOf(typeless), output: join(out, 'a.csv') }
    await assert.rejects(exported(config, out, { resume: true }), /has no type to go on by/)
    await exported(config, out)
  })

  it('refuses what cannot be written, and leaves nothing behind', async () => {
    mkdirSync(join(out, 'd.csv'))
    await assert.rejects(exported(to('d.csv'), out), { code: 'output_unwritable', exit: 8 })
    symlinkSync('/dev/null', join(out, 'null.csv'))
    await assert.rejects(exported(to('null.csv'), out), /is not a regular file/)
    writeFileSync(join(out, 'file'), '')
    await assert.rejects(exported(to('file/a.csv'), out), { code: 'output_unwritable' })
    await assert.rejects(exported(to(`${'x'.repeat(300)}.csv`), out), { code: 'output_unwritable' })
    await assert.rejects(exported({ ...to(''), output: '/proc/a.csv' }, out), {
      code: 'output_unwritable',
    })
    assert.deepEqual(readdirSync(out).sort(), ['d.csv', 'file', 'null.csv'])
  })

  for (const name of ['a.csv', 'a.parquet', 'a.db']) {
    it(`ends when the disk is full, and goes on with ${name} once there is room`, async function () {
      const disk = join(out, 'disk')
      mkdirSync(disk)
      try {
        system('mount', '-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', disk)
      } catch {
        process.stderr.write('      skipped: only root may mount a small disk\n')
        this.skip()
      }
      try {
        const config = { ...to(''), output: join(disk, name) }
        await assert.rejects(exported(config, out), (error: Error & { code?: string }) => {
          assert.equal(error.code, 'disk_full', error.message)
          return true
        })
        assert.equal(existsSync(join(disk, name)), false)
        system('mount', '-o', 'remount,size=50m', disk)
        const { result } = await exported(config, out, { resume: true })
        const { result: whole } = await exported(to(name), out)
        assert.equal(result.sha256, whole.sha256)
        assert.deepEqual(readdirSync(disk), [name])
      } finally {
        system('umount', '-l', disk)
      }
    })
  }
})
