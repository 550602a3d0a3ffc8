import { basename, dirname } from 'node:path'
import { AppError } from '../core/errors.js'
import { readSpec, readStatus } from './run-directory.js'
import type { Clock, RunOutcome, RunState, RunStatus } from './records.js'
import { isHeld } from './run-lock.js'

/**
 * What is known of a run from its directory. `stale`: its process died before it wrote how the run ended. `damaged`: its
 * records cannot be read, as `error` says.
 */
export interface RunSummary {
  readonly id: string
  readonly path: string
  readonly experiment: string
  readonly state: RunState | 'stale' | 'damaged'
  readonly model: string | null
  readonly data: string | null
  readonly tags: readonly string[]
  readonly note: string | null
  readonly outcome: RunOutcome | null
  readonly error: RunStatus['error']
}

/** Reads a run's spec and status; a run that nobody holds and that never ended is stale. */
export async function summarizeRun(path: string, clock: Clock): Promise<RunSummary> {
  try {
    return await readSummary(path, clock)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return {
      id: basename(path),
      path,
      experiment: basename(dirname(path)),
      state: 'damaged',
      model: null,
      data: null,
      tags: [],
      note: null,
      outcome: null,
      error: { code: error.code, message: error.message },
    }
  }
}

async function readSummary(path: string, clock: Clock): Promise<RunSummary> {
  const spec = await readSpec(path)
  const status = await readStatus(path)
  const written = status?.state ?? 'running'
  return {
    id: basename(path),
    path,
    experiment: spec.experiment,
    state: written === 'running' && !isHeld(path, clock) ? 'stale' : written,
    model: spec.model.name,
    data: spec.data.name,
    tags: spec.run.tags,
    note: spec.run.note,
    outcome: status?.outcome ?? null,
    error: status?.error ?? null,
  }
}
