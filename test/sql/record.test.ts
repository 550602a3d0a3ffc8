import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../../src/core/hash.js'
import { maskUrl, maskWords } from '../../src/sql/mask-url.js'
import { atelier } from '../cli.js'
import { catalogTables, emptyDatabase } from './catalogs.js'
import { password } from './server-recipes.js'

interface Listed {
  readonly id: string
  readonly path: string
  readonly command: string
  readonly state: string
  readonly error: { readonly code: string } | null
}

describe('the record of an export', () => {
  let cwd = ''
  beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'atelier-record-'))))
  afterEach(() => rmSync(cwd, { recursive: true }))

  const listed = async () =>
    (await atelier(['runs', 'list', '--json'], { cwd })).json.result as Listed[]
  const json = (...path: string[]) =>
    JSON.parse(readFileSync(join(...path), 'utf8')) as Record<string, unknown>

  it('says what was asked, where from, and what came of it; runs list, show and rm know it', async function () {
    this.timeout(60_000)
    const { code, stdout } = await atelier(['sql-export', 'output=out.csv', 'run.note=hello'], {
      cwd,
    })
    assert.equal(code, 0)
    const [run, ...others] = await listed()
    assert.ok(run)
    assert.deepEqual(others, [])
    assert.ok(stdout.includes(join('runs', 'sql-export', run.id)))
    assert.deepEqual(readdirSync(run.path).sort(), [
      ...['export.json', 'spec.json', 'spec.lock.json', 'status.json'],
    ])
    const bytes = readFileSync(join(cwd, 'out.csv'))
    const result = json(run.path, 'export.json')
    assert.equal(result['sha256'], sha256(bytes))
    assert.equal(result['bytes'], bytes.length)
    assert.equal(result['rows'], 6)
    assert.equal(result['products'], 5)
    assert.match(String(result['schema_fingerprint']), /^[0-9a-f]{64}$/)
    assert.match(JSON.stringify(result['query']), /left join[^]*"parameters":\["us"\]/)
    assert.ok(!('records' in result))
    assert.equal((json(run.path, 'spec.json')['run'] as { note: string }).note, 'hello')
    assert.deepEqual(json(run.path, 'spec.lock.json')['words'], [
      'output=out.csv',
      'run.note=hello',
    ])
    const shown = await atelier(['runs', 'show', 'latest'], { cwd })
    assert.match(shown.stdout, /command: sql-export[^]*rows: 6[^]*reading: us_only/)
    const model = await atelier(['test', 'checkpoint=latest'], { cwd })
    assert.equal(model.code, 4)
    assert.match(model.stderr, /No run 'latest'/)
    assert.equal((await atelier(['runs', 'rm', run.id], { cwd })).code, 0)
    assert.deepEqual(await listed(), [])
  })

  it('is made for files alone, also when the export fails', async () => {
    await atelier(['sql-export'], { cwd })
    await atelier(['sql-export', 'output=-'], { cwd })
    await atelier(['sql-export', 'output=out.csv', '--dry-run'], { cwd })
    assert.deepEqual(readdirSync(cwd), [])
    const words = ['sql-export', 'output=out.csv', 'database.url=sqlite:gone.db']
    assert.equal((await atelier(words, { cwd })).code, 4)
    const [run] = await listed()
    assert.equal(run?.state, 'failed')
    assert.equal(run.error?.code, 'database_failed')
  })

  it('never holds a password, wherever it came from', async function () {
    const database = await emptyDatabase(this, 'postgres')
    const url = String(database.config.database.url)
    await database.run(...catalogTables('postgres'))
    const wrong = url.replace(encodeURIComponent(password), 'mistyped-secret')
    const typed = await atelier(['sql-export', `database.url='${url}'`, 'output=a.csv'], { cwd })
    const asSecret = await atelier(['sql-export', 'database=postgres', 'output=b.csv'], {
      cwd,
      env: { DATABASE_URL: url },
    })
    const refused = await atelier(['sql-export', `database.url='${wrong}'`, 'output=c.csv'], {
      cwd,
    })
    const stored = await atelier(['sql-export', `database.url='${url}'`, 'source=runs'], { cwd })
    assert.deepEqual(
      [typed, asSecret, refused, stored].map(({ code }) => code),
      [0, 0, 4, 0],
      [typed, asSecret, stored].map(({ stderr }) => stderr).join('\n'),
    )
    const records = filesIn(join(cwd, 'runs')).map((path) => readFileSync(path, 'utf8'))
    const said = [typed, asSecret, refused, stored].flatMap(({ stdout, stderr }) => [
      stdout,
      stderr,
    ])
    assert.ok(records.length > 12)
    for (const text of [...records, ...said]) {
      for (const secret of [password, encodeURIComponent(password), 'sesame', 'mistyped']) {
        assert.ok(!text.includes(secret), text)
      }
    }
  })
})

describe('maskUrl', () => {
  it('leaves no password, and no more out than it must', () => {
    const cases = {
      'postgres://me:secret@host:5432/shop': 'postgres://me:***@host:5432/shop',
      'mysql://me:se@c:r/e?t#@host/shop': 'mysql://me:***@host/shop',
      'postgres://host/shop?user=me&password=secret&sslmode=require':
        'postgres://host/shop?user=me&password=***&sslmode=require',
      'postgres://host:5432/shop': 'postgres://host:5432/shop',
      'sqlite:shop.db': 'sqlite:shop.db',
      'me:secret@host/shop': 'me:***@host/shop',
      'C:\\a@b.db': 'C:\\a@b.db',
      '${secret:DATABASE_URL}': '${secret:DATABASE_URL}',
    }
    for (const [url, masked] of Object.entries(cases)) assert.equal(maskUrl(url), masked)
    assert.deepEqual(maskWords(['country=us', "database.url='postgres://a:b@c/d'"]), [
      'country=us',
      "database.url='postgres://a:***@c/d'",
    ])
    assert.deepEqual(maskWords(['database.url=me:secret@host']), ['database.url=me:***@host'])
  })
})

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
}
