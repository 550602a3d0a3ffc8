import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, systemCode } from '../../core/errors.js'
import { readJson } from '../../core/files.js'
import { canonicalJson, sha256 } from '../../core/hash.js'
import { checkVersion } from '../../store/records.js'
import { toRow, type StoredRows } from './cells.js'
import { sweepTables } from './tables.js'

/** The directories of all sweeps under a run root, by name. */
export async function findSweeps(root: string): Promise<string[]> {
  const parent = join(root, 'sweeps')
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => [])
  const directories = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  return directories.map(({ name }) => join(parent, name)).sort()
}

/** Reads a sweep's plan and journal into rows of `sweepTables`; `run_corrupt` where they cannot be read. */
export async function readSweep(
  path: string,
  store: string,
): Promise<StoredRows<keyof typeof sweepTables>> {
  const sweep_id = basename(path)
  const plan = await readPlan(join(path, 'plan.json'))
  const events = await readJournal(join(path, 'journal.jsonl'))
  const ended = new Map<number | undefined, TrialEvent>()
  for (const event of events) {
    if (event.kind === 'trial_started') ended.set(event.number, { ...event, state: 'started' })
    if (event.kind === 'trial_ended') ended.set(event.number, event)
  }
  const trials = plan.trials.map(({ number, words }) => {
    const { state = 'planned', run_id, value, error } = ended.get(number) ?? {}
    const outcome = { error_code: error?.code, error_message: error?.message }
    const values = { sweep_id, trial: number, words, state, run_id, value, ...outcome }
    return toRow(sweepTables.trials, values)
  })
  const values = {
    ...{ sweep_id, store, path, sampler: plan.sampler?.name },
    state: events.findLast(({ kind }) => kind === 'sweep_ended')?.state ?? 'unfinished',
    ...{ metric: plan.objective?.metric, mode: plan.objective?.mode },
    planned: plan.trials.length,
  }
  const content_hash = sha256(canonicalJson([toRow(sweepTables.sweeps, values), trials]))
  return { sweeps: [toRow(sweepTables.sweeps, { ...values, content_hash })], trials }
}

/** The part of `plan.json` that is stored. */
interface StoredPlan {
  readonly sampler?: { readonly name?: string }
  readonly objective?: { readonly metric?: string; readonly mode?: string } | null
  readonly trials: readonly { readonly number: number; readonly words: readonly string[] }[]
}

/** A line of `journal.jsonl`. */
interface TrialEvent {
  readonly kind?: string
  readonly number?: number
  readonly state?: string
  readonly run_id?: string | null
  readonly value?: number | null
  readonly error?: { readonly code: string; readonly message: string } | null
}

async function readPlan(file: string): Promise<StoredPlan> {
  const plan = await readJson(file)
  if (plan === undefined) throw new AppError('run_corrupt', `${file} is not there`)
  checkVersion(plan, file)
  const { trials } = plan as Partial<StoredPlan>
  if (!Array.isArray(trials)) throw new AppError('run_corrupt', `${file} lists no trials`)
  return plan as StoredPlan
}

/** A kill may have cut the last line. */
async function readJournal(file: string): Promise<readonly TrialEvent[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return ''
    throw new AppError('run_corrupt', `${file} cannot be read (${systemCode(error)})`)
  })
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as TrialEvent]
    } catch {
      return []
    }
  })
}
