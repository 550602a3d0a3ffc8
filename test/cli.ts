import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The package directory. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** What a finished command left behind. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** The whole of stdout as one JSON document; throws if it is anything else. */
  readonly json: Envelope
}

export interface Envelope {
  readonly status: string
  readonly command: string | null
  readonly result?: unknown
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly exit: number
    readonly hint: string | null
    readonly suggestions: readonly string[]
    readonly location: { file: string; line?: number; column?: number } | null
    readonly details: readonly unknown[]
  }
  readonly warnings: readonly string[]
}

export interface Options {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** The program to run instead, relative to `bin/`; a TypeScript file runs under tsx. */
  readonly program?: string
  /** Called with the running process, to send it signals or close its pipes. */
  readonly meanwhile?: (child: ChildProcess) => void
}

/** Runs the program as a user would, in `cwd` or in an empty directory that is removed afterwards. */
export async function atelier(words: readonly string[], options: Options = {}): Promise<Outcome> {
  if (options.cwd !== undefined) return await run(words, options.cwd, options)
  const cwd = mkdtempSync(join(tmpdir(), 'atelier-'))
  try {
    return await run(words, cwd, options)
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}

async function run(words: readonly string[], cwd: string, options: Options): Promise<Outcome> {
  const child = spawn(process.execPath, [...programOf(options), ...words], {
    cwd,
    env: { ...process.env, FORCE_COLOR: undefined, NODE_OPTIONS: undefined, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  options.meanwhile?.(child)
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.on('error', reject)
      child.on('close', (...ended) => resolve(ended))
    },
  )
  return {
    code,
    signal,
    stdout,
    stderr,
    get json() {
      return JSON.parse(stdout) as Envelope
    },
  }
}

function programOf({ program }: Options): string[] {
  const path = join(root, 'bin', program ?? builtOrSource())
  return path.endsWith('.ts') ? ['--import', loader, path] : [path]
}

const loader = pathToFileURL(createRequire(join(root, 'package.json')).resolve('tsx')).href

let chosen: string | undefined

/** The built program, or the sources themselves where the build is missing or older than what it is made of. */
function builtOrSource(): string {
  chosen ??= isBuilt() ? 'run.js' : 'dev.js'
  return chosen
}

function isBuilt(): boolean {
  const main = join(root, 'dist', 'program', 'main.js')
  if (!existsSync(main)) return false
  const built = statSync(main).mtimeMs
  const lock = statSync(join(root, 'package-lock.json')).mtimeMs
  return Math.max(lock, newest(join(root, 'src')), newest(join(root, 'build'))) <= built
}

function newest(directory: string): number {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
  return Math.max(
    ...files
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  )
}
