import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { planExport } from '../../src/sql/plan.js'
import { seedDemo } from '../../src/sql/demo/seed.js'
import type { DialectName } from '../../src/sql/databases.js'
import { context, dialects, emptyDatabase } from './catalogs.js'
import { exported } from './exporting.js'

const program = fileURLToPath(new URL('reopen.py', import.meta.url))

/** `ATELIER_PRODUCTS=1000000` makes it the test of size. */
const products = Number(process.env['ATELIER_PRODUCTS'] ?? 20_000)

/** The client that prints what a query gives, for `reopen.py` to read. */
const clients: Readonly<Record<DialectName, ((url: URL, sql: string) => Client) | null>> = {
  sqlite: null,
  postgres: (url, sql) => ({
    program: 'psql',
    words: [
      ...['--no-psqlrc', '-q', '-h', url.hostname, '-p', url.port, '-U', url.username],
      ...['-d', url.pathname.slice(1), '-c', `\\copy (${sql}) to stdout with (format csv, header)`],
    ],
    env: { PGPASSWORD: decodeURIComponent(url.password) },
  }),
  mysql: (url, sql) => ({
    program: 'mariadb',
    words: [
      ...['--no-defaults', '--batch', '--quick', '--default-character-set=utf8mb4'],
      ...['-h', url.hostname, '-P', url.port, '-u', url.username, '-D', url.pathname.slice(1)],
      ...['-e', sql],
    ],
    env: { MYSQL_PWD: decodeURIComponent(url.password) },
  }),
}

interface Client {
  readonly program: string
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

describe('an exported CSV, opened again by Python', () => {
  for (const dialect of dialects) {
    it(`says of ${products} products what ${dialect}'s own client says`, async function () {
      const needed =
        dialect === 'sqlite' ? ['python3'] : ['python3', dialect === 'mysql' ? 'mariadb' : 'psql']
      const missing = needed.find((name) => spawnSync(name, ['--version']).status !== 0)
      if (missing !== undefined) {
        console.warn(`  SKIPPED: ${missing} is not installed.`)
        this.skip()
      }
      const database = await emptyDatabase(this, dialect)
      this.timeout(20_000 + products)
      await database.write((writable) =>
        seedDemo(database.config.schema, writable, { products, seed: 7, replace: false }, quiet),
      )
      const output = join(tmpdir(), `atelier-reopen-${dialect}-${process.pid}.csv`)
      try {
        const csv = { ...database.config.csv, formulas: 'keep' as const }
        const columns = { ...database.config.columns, image_id: 'image_id' }
        const config = { ...database.config, csv, columns, output }
        const { result } = await exported(config, context.cwd)
        const { query } = (await planExport(config, context)).result
        const sql = query.sql.replace(/\?|\$1/, "'us'")
        const url = String(database.config.database.url)
        const client = clients[dialect]?.(new URL(url), sql)
        const rest = client === undefined ? [url.replace('sqlite:', ''), sql] : []
        const said = await compare([dialect, output, ...rest], client)
        assert.equal(said, `${result.rows}\n`)
      } finally {
        rmSync(output, { force: true })
      }
    })
  }
})

const quiet = {
  progress: { start() {}, update() {}, stop() {} },
  log: { info() {}, warn() {}, warnings: [] },
  signal: new AbortController().signal,
}

/** What `reopen.py` prints; its complaint is the failure. */
async function compare(words: readonly string[], client: Client | undefined): Promise<string> {
  const source =
    client === undefined
      ? undefined
      : spawn(client.program, client.words, {
          env: { ...process.env, ...client.env },
          stdio: ['ignore', 'pipe', 'inherit'],
        })
  const reader = spawn('python3', [program, ...words], {
    stdio: [source?.stdout ?? 'ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  reader.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  reader.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise((resolve) => reader.on('close', resolve))
  assert.equal(code, 0, stderr)
  return stdout
}
