import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { AppError } from '../core/errors.js'
import { LineFile, readJson, writeFileAtomic, writeJson } from '../core/files.js'
import { recordVersion, specHash, type RunSpec } from '../spec/run-spec.js'
import { toMetricsCsv } from './metrics-csv.js'
import {
  checkVersion,
  type Clock,
  type EpochMetrics,
  type RunEvent,
  type RunOutcome,
  type RunState,
  type RunStatus,
} from './records.js'
import { refuseIfHeld, RunLock } from './run-lock.js'
import { makeStampedDirectory } from './stamped-directory.js'

/** A run directory open for writing by this process, from the first file to the outcome. */
export class RunDirectory {
  readonly id: string
  readonly #events: LineFile
  readonly #times: LineFile
  readonly #startedAt: string

  private constructor(
    readonly path: string,
    readonly attempt: number,
    private readonly lock: RunLock,
    private readonly clock: Clock,
  ) {
    this.id = basename(path)
    this.#events = new LineFile(join(path, 'events.jsonl'))
    this.#times = new LineFile(join(path, 'metrics.jsonl'))
    this.#startedAt = timestamp(clock)
  }

  /** Makes the directory of a new run; `spec.json` is its first file, the lock its second. It appears whole or not at all. */
  static async create(
    spec: RunSpec,
    facts: Record<string, unknown>,
    clock: Clock,
  ): Promise<RunDirectory> {
    const parent = join(resolve(spec.run.root), spec.experiment)
    const path = await makeStampedDirectory(parent, specHash(spec).slice(0, 8), clock)
    try {
      await writeJson(join(path, 'spec.json'), spec)
      return await RunDirectory.#locked(path, clock, async () => {
        await writeJson(join(path, 'spec.lock.json'), {
          record_version: recordVersion,
          spec_hash: specHash(spec),
          ...facts,
        })
        return 1
      })
    } catch (error) {
      await rm(path, { recursive: true, force: true }).catch(() => undefined)
      throw error
    }
  }

  /** Opens a run that has not ended again; `run_busy` if another process works on it, `run_finished` if it has ended. */
  static async reopen(path: string, clock: Clock): Promise<RunDirectory> {
    return RunDirectory.#locked(path, clock, async () => {
      const status = await readStatus(path)
      refuseIfFinished(path, status)
      return (status?.attempt ?? 0) + 1
    })
  }

  /** Takes the lock, learns which attempt this is, and lets go of the lock again if the run cannot be opened. */
  static async #locked(
    path: string,
    clock: Clock,
    prepare: () => Promise<number>,
  ): Promise<RunDirectory> {
    const lock = RunLock.acquire(path, clock)
    try {
      const run = new RunDirectory(path, await prepare(), lock, clock)
      await run.#writeStatus('running')
      return run
    } catch (error) {
      lock.release()
      throw error
    }
  }

  /** Appends to the journal; an epoch's wall times also go to `metrics.jsonl`, which unlike `metrics.csv` may differ between equal runs. */
  record(event: RunEvent): void {
    const at = timestamp(this.clock)
    if (event.kind === 'epoch') {
      const { metrics, seconds, images_per_second } = event
      this.#times.append(
        JSON.stringify({
          record_version: recordVersion,
          at,
          ...metrics,
          seconds,
          images_per_second,
        }),
      )
    }
    this.#events.append(JSON.stringify({ record_version: recordVersion, at, ...event }))
  }

  async writeMetrics(rows: readonly EpochMetrics[]): Promise<void> {
    await writeFileAtomic(join(this.path, 'metrics.csv'), toMetricsCsv(rows))
  }

  /** Writes how the run ended and lets go of it. */
  async finish(state: RunState, outcome: RunOutcome | null, error: AppError | null): Promise<void> {
    try {
      await this.#writeStatus(state, outcome, error)
    } finally {
      this.close()
    }
  }

  close(): void {
    try {
      this.#events.close()
      this.#times.close()
    } finally {
      this.lock.release()
    }
  }

  async #writeStatus(
    state: RunState,
    outcome: RunOutcome | null = null,
    error: AppError | null = null,
  ): Promise<void> {
    const status: RunStatus = {
      record_version: recordVersion,
      state,
      pid: process.pid,
      host: hostname(),
      attempt: this.attempt,
      started_at: this.#startedAt,
      updated_at: timestamp(this.clock),
      error: error === null ? null : { code: error.code, message: error.message },
      outcome,
    }
    await writeJson(join(this.path, 'status.json'), status)
  }
}

/** The status of a run as last written; undefined if the run was killed before its first one. */
export async function readStatus(path: string): Promise<RunStatus | undefined> {
  const file = join(path, 'status.json')
  const status = await readJson(file)
  if (status === undefined) return undefined
  checkVersion(status, file)
  return status as RunStatus
}

/** Throws `run_busy` or `run_finished` where `reopen` would, without touching the run. */
export async function checkResumable(path: string, clock: Clock): Promise<void> {
  refuseIfHeld(path, clock)
  refuseIfFinished(path, await readStatus(path))
}

function refuseIfFinished(path: string, status: RunStatus | undefined): void {
  if (status?.state !== 'succeeded') return
  throw new AppError(
    'run_finished',
    `Run ${basename(path)} has finished; there is nothing to resume`,
    { hint: `To repeat it: atelier train spec=${join(path, 'spec.json')}` },
  )
}

const sections = [
  ...(['data', 'labels', 'split', 'normalization', 'model', 'loss', 'optimizer'] as const),
  ...(['scheduler', 'trainer', 'engine', 'run'] as const),
] satisfies (keyof RunSpec)[]

/** The frozen spec of a run directory; `run_corrupt` if there is none, or if it lacks a section. */
export async function readSpec(path: string): Promise<RunSpec> {
  const file = join(path, 'spec.json')
  const spec = await readJson(file)
  if (spec === undefined) {
    throw new AppError('run_corrupt', `${path} has no spec.json`, {
      hint: 'A run directory always holds one; this is not a run, or it is damaged.',
    })
  }
  const found = Object(spec) as Partial<Record<string, unknown>>
  const missing = sections.find((name) => typeof found[name] !== 'object' || found[name] === null)
  if (missing === undefined) return spec as RunSpec
  throw new AppError('run_corrupt', `${file} is no spec of a run: it has no '${missing}'`, {
    hint: 'This is not a run, or it is damaged.',
  })
}

function timestamp(clock: Clock): string {
  return new Date(clock()).toISOString()
}
