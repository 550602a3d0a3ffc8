import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  mysql,
  password,
  postgres,
  type Place,
  type Recipe,
  type Session,
} from './server-recipes.js'

export type ServerKind = 'postgres' | 'mysql'

/** A database server of the tests' own: a temporary directory, a free port of this machine, nothing kept on disk. */
export interface TestServer {
  readonly kind: ServerKind
  readonly port: number
  readonly socket: string
  /** The certificate to trust; undefined without openssl. */
  readonly ca: string | undefined
  /** The URL of a database for the user `atelier`, who may do anything, with the password `open sesame/@:`. */
  url(database: string, user?: string, password?: string): string
  /** Makes an empty database and gives its name. */
  createDatabase(): Promise<string>
  /** Ends the server as a crash would. */
  kill(): Promise<void>
  stop(): Promise<void>
}

const recipes = { postgres, mysql } satisfies Record<ServerKind, Recipe>
const running = new Set<() => void>()
const shared = new Map<ServerKind, Promise<TestServer | undefined>>()

/** One server of each kind for the whole run of the tests, started by the first test that asks; undefined where its programs are not installed. */
function sharedServer(kind: ServerKind): Promise<TestServer | undefined> {
  const known = shared.get(kind)
  if (known !== undefined) return known
  const server = startServer(kind)
  shared.set(kind, server)
  return server
}

/** The shared server for a test or its hook, which is skipped where there is none. */
export async function requireServer(test: Mocha.Context, kind: ServerKind): Promise<TestServer> {
  test.timeout(60_000)
  return (await sharedServer(kind)) ?? test.skip()
}

/** Another server, for a test that ends it. */
export async function startServer(kind: ServerKind): Promise<TestServer | undefined> {
  const recipe: Recipe = recipes[kind]
  const binary = recipe.find()
  if (binary === undefined) {
    console.warn(`  NO SERVER: ${kind} is not installed, so its tests are skipped.`)
    return undefined
  }
  const place = await makePlace(recipe.account)
  const { directory, port, account } = place
  recipe.prepare(binary, place)
  const [program = '', ...words] = recipe.command(binary, place)
  const child = spawn(program, words, {
    ...account,
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  child.unref()
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const end = (signal: NodeJS.Signals) => endGroup(child, signal)
  const crash = () => {
    void end('SIGKILL')
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  }
  running.add(crash)
  const url = (database: string, user = 'atelier', word = password) =>
    `${recipe.scheme}://${user}:${encodeURIComponent(word)}@127.0.0.1:${String(port)}/${database}`
  const home = kind === 'postgres' ? 'postgres' : ''
  await untilReady(child, said, () => recipe.connect(url(home)))
  let databases = 0
  return {
    kind,
    port,
    socket: recipe.socket(place),
    ca: place.tls?.cert,
    url,
    async createDatabase() {
      const name = `test_${String(++databases)}`
      const session = await recipe.connect(url(home))
      await session.run(
        `create database ${name}${kind === 'mysql' ? ' character set utf8mb4' : ''}`,
      )
      await session.close()
      return name
    },
    kill: () => end('SIGKILL'),
    async stop() {
      await end(kind === 'postgres' ? 'SIGINT' : 'SIGTERM')
      running.delete(crash)
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function makePlace(owner: string): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'atelier-server-'))
  const data = join(directory, 'data')
  mkdirSync(data, { mode: 0o700 })
  const account = process.getuid?.() === 0 ? accountOf(owner) : undefined
  const tls = makeCertificate(directory)
  const paths = [directory, data, ...(tls ? [tls.cert, tls.key] : [])]
  if (account) for (const path of paths) chownSync(path, account.uid, account.gid)
  return { directory, data, account, tls, port: await freePort() }
}

function accountOf(name: string) {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

/** A certificate for 127.0.0.1 and localhost that signs itself. */
function makeCertificate(directory: string): Place['tls'] {
  const [key, cert] = [join(directory, 'server.key'), join(directory, 'server.crt')]
  try {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost',
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    )
  } catch {
    return undefined
  }
  return { key, cert }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}

async function untilReady(
  child: ChildProcess,
  said: readonly Buffer[],
  connect: () => Promise<Session>,
) {
  for (let attempt = 0; attempt < 600; attempt++) {
    try {
      await (await connect()).close()
      return
    } catch (error) {
      if (child.exitCode !== null || attempt === 599) {
        throw new Error(
          `The server did not start: ${Buffer.concat(said).toString().slice(-2000)}`,
          {
            cause: error,
          },
        )
      }
      await delay(50)
    }
  }
}

/** Signals a server and all its processes, and waits for its end. */
async function endGroup(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal)
  await ended
}

after(async function () {
  this.timeout(30_000)
  const servers = await Promise.allSettled(shared.values())
  for (const server of servers) if (server.status === 'fulfilled') await server.value?.stop()
})

function crashAll(): void {
  for (const crash of running) crash()
  running.clear()
}

process.once('exit', crashAll)
process.once('SIGTERM', () => {
  crashAll()
  process.kill(process.pid, 'SIGTERM')
})
