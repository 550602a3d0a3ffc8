import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ServerKind, TestServer } from '../test/sql/servers.js'
import { median } from './median.js'

const binary = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const built = fileURLToPath(new URL('../dist/program/main.js', import.meta.url))

/** Kept between runs: making these takes longer than the benchmark. */
const directory = join(tmpdir(), 'atelier-bench-sql')
const products = 1_000_000
const rounds = 3
const goals = { ratio: 0.5, aim: 0.8, megabytes: 150 }

type Print = (line: string) => void

const benches: Readonly<Record<string, (print: Print) => Promise<void>>> = {
  sqlite: benchSqlite,
  postgres: (print) => benchServer('postgres', print),
  mysql: (print) => benchServer('mysql', print),
  '10m': benchTenMillions,
}

/** Exports of a million products to CSV, in turns with the database's own client on the same query. */
export async function benchSql(print: Print, names: readonly string[]): Promise<void> {
  if (!existsSync(built)) {
    print('sql: needs a build (npm run build); left out')
    return
  }
  mkdirSync(directory, { recursive: true })
  for (const [name, bench] of Object.entries(benches)) {
    if (names.length === 0 || names.includes(name)) await bench(print)
  }
}

async function benchSqlite(print: Print): Promise<void> {
  const url = `sqlite:${await madeFile('million.db', products)}`
  await compare(print, url, {
    name: 'sqlite3 -csv',
    command: ({ sql, output }) => ({
      program: 'sqlite3',
      words: ['-csv', '-header', url.slice('sqlite:'.length), sql],
      output,
    }),
  })
}

async function benchServer(kind: ServerKind, print: Print): Promise<void> {
  const server = await startServer(kind)
  if (server === undefined) {
    print(`sql ${kind}: LEFT OUT, no server is installed`)
    return
  }
  try {
    const database = await server.createDatabase()
    const url = server.url(database)
    await run(['sql-export', 'seed-demo', `products=${products}`, databaseWord(url)])
    await compare(print, url, clients[kind](server, database))
  } finally {
    await server.stop()
  }
}

/** Rows are what memory could grow with: each product has ten images of index 0. */
async function benchTenMillions(print: Print): Promise<void> {
  const path = join(directory, 'ten-millions.db')
  const source = await madeFile('million.db', products)
  if (!existsSync(path)) {
    execFileSync('cp', [source, `${path}.part`])
    execFileSync('sqlite3', [
      `${path}.part`,
      `pragma synchronous = off; delete from ProductImages; with n(k) as (values (0),(1),(2),(3),(4),(5),(6),(7),(8),(9))
      insert into ProductImages select p.Id, 1 + (p.Id * 10 + k) % 1900000, 0 from Product p, n;`,
    ])
    execFileSync('mv', [`${path}.part`, path])
  }
  const output = join(directory, 'ten-millions.csv')
  const own = await timed(ours(`sqlite:${path}`, output))
  const lines = rowsOf(own)
  print(
    `sql 10m: ${lines} rows, ${size(output)} in ${seconds(own)}, ${rate(lines, own)}; ${memory(own)}`,
  )
  rmSync(output)
}

interface Peer {
  readonly name: string
  command(query: { sql: string; output: string }): Command
}

interface Command {
  readonly program: string
  readonly words: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where its standard output goes. */
  readonly output?: string
}

const clients: Readonly<Record<ServerKind, (server: TestServer, database: string) => Peer>> = {
  postgres: (server, database) => ({
    name: 'psql \\copy',
    command: ({ sql, output }) => ({
      program: 'psql',
      words: [
        ...['--no-psqlrc', '-q', '-h', '127.0.0.1', '-p', String(server.port), '-U', 'atelier'],
        ...['-d', database, '-c', `\\copy (${sql}) to '${output}' with (format csv, header)`],
      ],
      env: { PGPASSWORD: passwordOf(server) },
    }),
  }),
  mysql: (server, database) => ({
    name: 'mariadb --batch --quick',
    command: ({ sql, output }) => ({
      program: 'mariadb',
      words: [
        ...['--no-defaults', '--batch', '--quick', '--default-character-set=utf8mb4'],
        ...['-h', '127.0.0.1', '-P', String(server.port), '-u', 'atelier'],
        ...['-D', database, '-e', sql],
      ],
      env: { MYSQL_PWD: passwordOf(server) },
      output,
    }),
  }),
}

async function compare(print: Print, url: string, peer: Peer): Promise<void> {
  const query = await queryOf(url)
  const own: Timing[] = []
  const theirs: Timing[] = []
  const [output, other] = [join(directory, 'ours.csv'), join(directory, 'theirs.csv')]
  for (let round = -1; round < rounds; round++) {
    const alone = await timed(peer.command({ sql: query, output: other }))
    const mine = await timed(ours(url, output))
    if (round < 0) continue
    theirs.push(alone)
    own.push(mine)
  }
  const [best, alone] = [middle(own), middle(theirs)]
  const ratio = median(own.map(({ ms }, round) => (theirs[round] as Timing).ms / ms))
  const lines = rowsOf(best)
  const kind = url.slice(0, url.indexOf(':'))
  print(`sql ${kind}: ${lines} rows of ${products} products, ${size(output)} of CSV`)
  print(`  ${peer.name}  ${seconds(alone)}, ${rate(lines, alone)}`)
  print(
    `  sql-export  ${seconds(best)}, ${rate(lines, best)}: ${ratio.toFixed(2)}x its speed (goal ${goals.ratio}x, aim ${goals.aim}x); ${memory(best)}`,
  )
  for (const path of [output, other]) rmSync(path, { force: true })
}

function ours(url: string, output: string): Command {
  const words = ['sql-export', databaseWord(url), `output=${output}`, 'csv.formulas=keep']
  const place = `run.root=${join(directory, 'runs')}`
  return { program: process.execPath, words: [binary, ...words, place, '--json'] }
}

interface Timing {
  readonly ms: number
  /** The largest resident memory, in KiB. */
  readonly peak: number
  readonly stdout: string
}

/** Runs a whole process and looks at its peak memory until it ends. */
async function timed({ program, words, env, output }: Command): Promise<Timing> {
  const target = output === undefined ? undefined : openSync(output, 'w')
  const start = performance.now()
  const child = spawn(program, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', target ?? 'pipe', 'inherit'],
  })
  let [stdout, peak, isOver] = ['', 0, false]
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  const end = once(child, 'close').then(([code]) => {
    isOver = true
    if (code !== 0) throw new Error(`${program} ended with ${String(code)}`)
    return performance.now() - start
  })
  const watch = async () => {
    while (!isOver) {
      peak = Math.max(peak, peakOf(child.pid))
      await delay(20)
    }
  }
  const [ms] = await Promise.all([end, watch()])
  if (target !== undefined) closeSync(target)
  return { ms, peak, stdout }
}

/** As the kernel counts it (VmHWM); 0 once the process is gone. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** The query of the export with its parameters written out. */
async function queryOf(url: string): Promise<string> {
  const { query } = (await run(['sql-export', databaseWord(url), '--dry-run'])) as {
    query: { sql: string; parameters: readonly unknown[] }
  }
  let place = 0
  return query.sql.replace(/\?|\$\d+/g, () => `'${String(query.parameters[place++])}'`)
}

async function run(words: readonly string[]): Promise<unknown> {
  const { stdout } = await timed({ program: process.execPath, words: [binary, ...words, '--json'] })
  return (JSON.parse(stdout) as { result: unknown }).result
}

async function madeFile(name: string, count: number): Promise<string> {
  const path = join(directory, name)
  if (existsSync(path)) return path
  const part = `${path}.part`
  rmSync(part, { force: true })
  await run(['sql-export', 'seed-demo', `products=${count}`, databaseWord(`sqlite:${part}`)])
  execFileSync('mv', [part, path])
  return path
}

/** The servers of the tests, which end themselves behind the tests of mocha. */
async function startServer(kind: ServerKind): Promise<TestServer | undefined> {
  Object.assign(globalThis, { after: () => {} })
  const servers = await import('../test/sql/servers.js')
  return servers.startServer(kind)
}

function passwordOf(server: TestServer): string {
  return decodeURIComponent(new URL(server.url('')).password)
}

function databaseWord(url: string): string {
  return `database.url='${url}'`
}

function rowsOf({ stdout }: Timing): number {
  return (JSON.parse(stdout) as { result: { rows: number } }).result.rows
}

function middle(timings: readonly Timing[]): Timing {
  const sorted = [...timings].sort((a, b) => a.ms - b.ms)
  return sorted[sorted.length >> 1] as Timing
}

function seconds({ ms }: Timing): string {
  return `${(ms / 1000).toFixed(2)} s`
}

function rate(lines: number, { ms }: Timing): string {
  return `${Math.round(lines / ms)}k rows/s`
}

function size(path: string): string {
  return `${(statSync(path).size / 1e6).toFixed(0)} MB`
}

function memory({ peak }: Timing): string {
  return `peak memory ${(peak / 1024).toFixed(0)} MiB (goal ${goals.megabytes} MB)`
}
