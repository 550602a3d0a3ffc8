import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { AppError } from '../core/errors.js'
import { writeJson } from '../core/files.js'
import { canonicalJson, sha256 } from '../core/hash.js'
import { atelierVersion, describeEnvironment, describeGit } from '../spec/environment.js'
import { recordVersion } from '../spec/run-spec.js'
import type { SqlExportConfig } from '../spec/types.gen.js'
import type { Clock, RunState, RunStatus } from '../store/records.js'
import { exportsDirectory } from '../store/run-command.js'
import { RunLock } from '../store/run-lock.js'
import type { ExportOutcome } from '../store/run-summary.js'
import { makeStampedDirectory } from '../store/stamped-directory.js'
import { maskUrl, maskWords } from './mask-url.js'

/** How a config came about. */
export interface ExportOrigin {
  readonly words: readonly string[]
  readonly layers: readonly {
    readonly name: string
    readonly path: string
    readonly sha256: string
  }[]
}

export interface RecordContext {
  readonly cwd: string
  readonly clock: Clock
}

/** Where an export was recorded. */
export interface Recorded {
  readonly run_id: string
  readonly run: string
}

/**
 * Records an export under the run root, as training runs are: `spec.json` and `spec.lock.json` before the work,
 * `status.json` before and after, and what the work came to in `export.json`, but for exported records themselves. No
 * record ever holds a password.
 */
export async function recordExport<Outcome extends ExportOutcome>(
  config: SqlExportConfig,
  origin: ExportOrigin,
  context: RecordContext,
  work: () => Promise<Outcome>,
): Promise<Outcome & Recorded> {
  const { path, lock } = await openRecord(config, origin, context)
  const startedAt = timestamp(context.clock)
  const write = (state: RunState, error: AppError | null = null) =>
    writeStatus(path, { state, error, startedAt, clock: context.clock })
  try {
    await write('running')
    const outcome = await work()
    const result = { record_version: recordVersion, source: config.source, ...outcome }
    await writeJson(join(path, 'export.json'), { ...result, records: undefined })
    await write('succeeded')
    return { ...outcome, run_id: basename(path), run: path }
  } catch (error) {
    const known = asAppError(error)
    // A full disk may refuse the status too; what ended the export is the failure to report.
    await write(known.code === 'interrupted' ? 'interrupted' : 'failed', known).catch(() => {})
    throw error
  } finally {
    lock.release()
  }
}

async function openRecord(
  config: SqlExportConfig,
  { words, layers }: ExportOrigin,
  { cwd, clock }: RecordContext,
): Promise<{ path: string; lock: RunLock }> {
  const spec = withoutPassword(config)
  const hash = sha256(canonicalJson({ ...spec, run: undefined }))
  const origin = {
    record_version: recordVersion,
    command: 'sql-export',
    spec_hash: hash,
    words: maskWords(words),
    layers,
    versions: { atelier: await atelierVersion() },
    git: await describeGit(cwd),
    environment: describeEnvironment(),
  }
  const parent = join(resolve(cwd, config.run.root), exportsDirectory)
  const path = await makeStampedDirectory(parent, hash.slice(0, 8), clock)
  let lock: RunLock | undefined
  try {
    lock = RunLock.acquire(path, clock)
    // First of all what tells the record from that of a training run, for readers of what a kill leaves.
    await writeJson(join(path, 'spec.lock.json'), origin)
    await writeJson(join(path, 'spec.json'), spec)
    return { path, lock }
  } catch (error) {
    lock?.release()
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** References to secrets stay as they are; only a password that was written into the URL itself is taken out. */
function withoutPassword(config: SqlExportConfig): SqlExportConfig {
  const { url } = config.database
  if (url === null) return config
  return { ...config, database: { ...config.database, url: maskUrl(url) } }
}

interface Status {
  readonly state: RunState
  readonly error: AppError | null
  readonly startedAt: string
  readonly clock: Clock
}

async function writeStatus(
  path: string,
  { state, error, startedAt, clock }: Status,
): Promise<void> {
  const status: RunStatus = {
    record_version: recordVersion,
    state,
    pid: process.pid,
    host: hostname(),
    attempt: 1,
    started_at: startedAt,
    updated_at: timestamp(clock),
    error: error === null ? null : { code: error.code, message: error.message },
    outcome: null,
  }
  await writeJson(join(path, 'status.json'), status)
}

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  return new AppError('bug', error instanceof Error ? error.message : String(error))
}

function timestamp(clock: Clock): string {
  return new Date(clock()).toISOString()
}
