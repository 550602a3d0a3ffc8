import { basename, dirname, join } from 'node:path'
import { AppError } from '../core/errors.js'
import { readJson } from '../core/files.js'
import { readSpec, readStatus } from './run-directory.js'
import type { Clock, RunOutcome, RunState, RunStatus } from './records.js'
import { commandOf, type RunCommand } from './run-command.js'
import { isHeld } from './run-lock.js'

/**
 * What is known of a run from its directory. `stale`: its process died before it wrote how the run ended. `damaged`: its
 * records cannot be read, as `error` says.
 */
export interface RunSummary {
  readonly id: string
  readonly path: string
  readonly command: RunCommand
  readonly experiment: string
  readonly state: RunState | 'stale' | 'damaged'
  readonly model: string | null
  readonly data: string | null
  readonly tags: readonly string[]
  readonly note: string | null
  readonly outcome: RunOutcome | null
  /** What an export came to, as its `export.json` has it; null for other runs and until it ends. */
  readonly export: ExportOutcome | null
  readonly error: RunStatus['error']
}

/** The part of `export.json` that lists show. */
export interface ExportOutcome {
  readonly database: string
  readonly rows: number
}

/** Reads a run's spec and status; a run that nobody holds and that never ended is stale. */
export async function summarizeRun(path: string, clock: Clock): Promise<RunSummary> {
  const command = await commandOf(path)
  const known = { id: basename(path), path, command, experiment: basename(dirname(path)) }
  const nothing = { model: null, data: null, tags: [], note: null, outcome: null, export: null }
  try {
    const facts = await (command === 'train' ? readTraining(path) : readExport(path))
    const status = await readStatus(path)
    const written = status?.state ?? 'running'
    return {
      ...known,
      ...nothing,
      ...facts,
      state: written === 'running' && !isHeld(path, clock) ? 'stale' : written,
      outcome: status?.outcome ?? null,
      error: status?.error ?? null,
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, message } = error
    return { ...known, ...nothing, state: 'damaged', error: { code, message } }
  }
}

async function readTraining(path: string): Promise<Partial<RunSummary>> {
  const { experiment, model, data, run } = await readSpec(path)
  return { experiment, model: model.name, data: data.name, tags: run.tags, note: run.note }
}

async function readExport(path: string): Promise<Partial<RunSummary>> {
  const file = join(path, 'spec.json')
  const spec = (await readJson(file)) as
    { run?: { tags: string[]; note: string | null } } | undefined
  if (spec?.run === undefined) throw new AppError('run_corrupt', `${file} is no spec of an export`)
  const outcome = (await readJson(join(path, 'export.json'))) as ExportOutcome | undefined
  return { tags: spec.run.tags, note: spec.run.note, export: outcome ?? null }
}
