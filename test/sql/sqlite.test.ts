import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { openDatabase } from '../../src/sql/databases.js'
import { all, context, emptyDatabase, failure, queryOf } from './catalogs.js'
import { configOf } from './exporting.js'

const { database: base } = configOf()

describe('sql: sqlite', () => {
  it('waits for a lock as long as it is told to', async function () {
    const database = await emptyDatabase(this, 'sqlite')
    await database.run('create table t (x)')
    await database.write(async (writer) => {
      await writer.run('begin exclusive')
      const started = performance.now()
      const config = { ...database.config.database, lock_timeout_seconds: 0.3 }
      const error = await failure(openDatabase(config, context))
      assert.equal(error.code, 'database_busy')
      assert.equal(error.exit, 75)
      assert.ok(performance.now() - started >= 290)
    })
  })

  it('reads a file in WAL mode out of a directory that may not be written', function () {
    if (process.getuid?.() !== 0) this.skip()
    const directory = mkdtempSync(join(tmpdir(), 'atelier-wal-'))
    const file = join(directory, 'it has a ? & #.db')
    const connection = new Libsql(file)
    connection.exec('pragma journal_mode = wal; create table t (x); insert into t values (1)')
    connection.close()
    chmodSync(directory, 0o555)
    const script = `
      process.setgid(65534); process.setuid(65534)
      const { openDatabase } = await import(${JSON.stringify(new URL('../../src/sql/databases.ts', import.meta.url).href)})
      const database = await openDatabase({ ...${JSON.stringify(base)}, url: ${JSON.stringify(file)} }, { cwd: '/', env: {} })
      for await (const rows of database.stream({ sql: 'select x from t', parameters: [], columns: [] })) console.log(rows)
      console.log(await database.explain({ sql: 'select x from t', parameters: [], columns: [] }))
      await database.close()`
    const words = ['--import', 'tsx', '--input-type=module', '--eval', script]
    const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
    rmSync(directory, { recursive: true })
    assert.equal(stdout, "[ [ '1' ] ]\nSCAN t\n", stderr)
  })

  it('tells damaged files and other files apart', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'atelier-damaged-'))
    const file = join(directory, 'shop.db')
    const open = (url: string) => openDatabase({ ...base, url }, context)
    const connection = new Libsql(file)
    connection.exec('create table t (x); create table u (x)')
    connection.close()
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.fill(0xff, 4096))
    const database = await open(file)
    const damaged = await failure(all(database, queryOf('select x from t')))
    await database.close()
    assert.deepEqual([damaged.code, damaged.exit], ['database_failed', 4])
    assert.match(damaged.message, /is damaged$/)
    writeFileSync(file, 'only text, and much of it\n'.repeat(100))
    assert.match((await failure(open(file))).message, /is not an SQLite database$/)
    const absent = await failure(open(`sqlite:${directory}/gone.db`))
    assert.match(absent.message, /Cannot open .*gone\.db \(ENOENT\)/)
    assert.match((await failure(open(directory))).message, /is not a file$/)
    assert.deepEqual(readdirSync(directory), ['shop.db'])
    rmSync(directory, { recursive: true })
  })

  it('sees one snapshot, whose file others may write in the meantime', async function () {
    const database = await emptyDatabase(this, 'sqlite')
    await database.run(
      'pragma journal_mode = wal',
      'create table t (x)',
      'insert into t values (1), (2)',
    )
    const reader = await database.open()
    await database.run('insert into t values (3)')
    assert.deepEqual(await all(reader, queryOf('select x from t')), [['1'], ['2']])
    const refused = await failure(all(reader, queryOf('insert into t values (4) returning x')))
    assert.equal(refused.code, 'database_failed')
    await reader.close()
  })
})
