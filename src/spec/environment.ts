import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, hostname, totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packageRoot } from '../core/package-root.js'

const run = promisify(execFile)

export interface GitFacts {
  readonly commit: string
  readonly dirty: boolean
}

export interface EnvironmentFacts {
  readonly node: string
  readonly platform: string
  readonly host: string
  readonly processor: string
  readonly processors: number
  readonly memory_bytes: number
}

/** What the machine is; recorded with every run, never part of its identity. */
export function describeEnvironment(): EnvironmentFacts {
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    host: hostname(),
    processor: cpus()[0]?.model ?? 'unknown',
    processors: availableParallelism(),
    memory_bytes: totalmem(),
  }
}

/** The commit checked out in a directory and whether files differ from it; null outside a repository or without git. */
export async function describeGit(directory: string): Promise<GitFacts | null> {
  try {
    const options = { cwd: directory, timeout: 5000, maxBuffer: 64 * 1024 * 1024 }
    const { stdout: commit } = await run('git', ['rev-parse', 'HEAD'], options)
    const { stdout: changes } = await run('git', ['status', '--porcelain'], options)
    return { commit: commit.trim(), dirty: changes.trim() !== '' }
  } catch {
    return null
  }
}

/** The version in Atelier's own package.json. */
export async function atelierVersion(): Promise<string> {
  const text = await readFile(join(packageRoot, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
