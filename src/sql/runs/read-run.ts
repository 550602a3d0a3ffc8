import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, systemCode } from '../../core/errors.js'
import { readJson } from '../../core/files.js'
import { canonicalJson, sha256 } from '../../core/hash.js'
import { checkVersion, type Clock } from '../../store/records.js'
import { readSpec, readStatus } from '../../store/run-directory.js'
import { summarizeRun } from '../../store/run-summary.js'
import type { TextRow } from '../databases.js'
import { toRow, type StoredRows } from './cells.js'
import { runTables } from './tables.js'

/** Reads a run directory into rows of `runTables`; throws what makes it damaged, `run_corrupt` above all. */
export async function readRun(
  path: string,
  store: string,
  clock: Clock,
): Promise<StoredRows<keyof typeof runTables>> {
  const run_id = basename(path)
  const spec = await readSpec(path)
  const status = await readStatus(path)
  const { state } = await summarizeRun(path, clock)
  const lock = ((await readJson(join(path, 'spec.lock.json'))) ?? {}) as LockFacts
  const { evaluations, evaluation_metrics } = await readEvaluations(path, run_id)
  const params = flatten(spec).map(([key, value], position) =>
    toRow(runTables.params, { run_id, position, path: key, ...typed(value) }),
  )
  const rest = { params, metrics: await readMetrics(path, run_id), evaluations, evaluation_metrics }
  const { outcome, error } = status ?? { outcome: null, error: null }
  const values = {
    ...{ run_id, store, path, state, experiment: spec.experiment, seed: spec.seed },
    ...{ model: spec.model.name, data: spec.data.name },
    ...{ spec_hash: lock.spec_hash, result_key: lock.result_key, parent: lock.parent },
    ...{ started_at: status?.started_at, updated_at: status?.updated_at },
    ...{ attempts: status?.attempt, outcome: outcome?.kind, epochs: outcome?.epochs },
    ...{ best_epoch: outcome?.best?.epoch, best_metric: outcome?.best?.monitor },
    ...{ best_value: outcome?.best?.value, weight_hash: outcome?.weight_hash },
    ...{ error_code: error?.code, error_message: error?.message },
    ...{ tags: spec.run.tags, note: spec.run.note },
    ...{ atelier_version: lock.versions?.atelier, git_commit: lock.git?.commit },
  }
  const content_hash = sha256(canonicalJson([toRow(runTables.runs, values), rest]))
  return { runs: [toRow(runTables.runs, { ...values, content_hash })], ...rest }
}

/** The part of `spec.lock.json` that is stored. */
interface LockFacts {
  readonly spec_hash?: string
  readonly result_key?: string
  readonly parent?: string | null
  readonly versions?: { readonly atelier?: string }
  readonly git?: { readonly commit?: string } | null
}

/** The leaves of a config under their dotted paths; a list is a leaf. */
function flatten(value: unknown, path = ''): [path: string, value: unknown][] {
  const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value)
  const entries = isBranch ? Object.entries(value) : []
  if (entries.length === 0) return [[path, value]]
  return entries.flatMap(([key, item]) => flatten(item, path === '' ? key : `${path}.${key}`))
}

/** Texts as they are, all others as JSON. */
function typed(value: unknown): { type: string; value: string | null } {
  if (value === null) return { type: 'null', value: null }
  if (typeof value === 'string') return { type: 'string', value }
  const type = Array.isArray(value) ? 'list' : typeof value
  return { type: type === 'object' ? 'mapping' : type, value: JSON.stringify(value) }
}

/** `metrics.csv` holds plain numbers alone. */
async function readMetrics(path: string, run_id: string): Promise<TextRow[]> {
  const file = join(path, 'metrics.csv')
  const [header = '', ...lines] = (await textOf(file)).split('\n').filter((line) => line !== '')
  const names = header.split(',')
  return lines.flatMap((line) => {
    const cells = line.split(',')
    const epoch = Number(cells[names.indexOf('epoch')])
    if (cells.length !== names.length || !Number.isInteger(epoch)) {
      throw new AppError('run_corrupt', `${file} has a line that does not fit its header`)
    }
    const own = names.map((name, place) => ({ name, text: cells[place] ?? '' }))
    return own
      .filter(({ name, text }) => name !== 'epoch' && text !== '')
      .map(({ name, text }) =>
        toRow(runTables.metrics, { run_id, epoch, name, value: Number(text) }),
      )
  })
}

async function readEvaluations(path: string, run_id: string) {
  const evaluations: TextRow[] = []
  const evaluation_metrics: TextRow[] = []
  for (const evaluation of await directoriesIn(join(path, 'eval'))) {
    const file = join(path, 'eval', evaluation, 'metrics.json')
    const found = await readJson(file)
    if (found === undefined) continue
    checkVersion(found, file)
    const record = found as EvaluationRecord
    evaluations.push(
      toRow(runTables.evaluations, {
        ...{ run_id, evaluation, split: record.split, data_fingerprint: record.data_fingerprint },
        checkpoint: record.checkpoint?.name,
        checkpoint_epoch: record.checkpoint?.epoch,
      }),
    )
    const wholes = numbersOf(record).map((metric) => ({ class: null, ...metric }))
    const parts = (record.per_class ?? []).flatMap((one) =>
      numbersOf(one).map((metric) => ({ class: one['class'], ...metric })),
    )
    for (const [position, metric] of [...wholes, ...parts].entries()) {
      const key = { run_id, evaluation, position }
      evaluation_metrics.push(toRow(runTables.evaluation_metrics, { ...key, ...metric }))
    }
  }
  return { evaluations, evaluation_metrics }
}

/** The part of an evaluation's `metrics.json` that is not plain numbers. */
interface EvaluationRecord {
  readonly split?: string
  readonly data_fingerprint?: string
  readonly checkpoint?: { readonly name?: string; readonly epoch?: number | null }
  readonly per_class?: readonly Readonly<Record<string, unknown>>[]
}

function numbersOf(record: object): { name: string; value: number }[] {
  return Object.entries(record).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'number' && name !== 'record_version' ? [{ name, value }] : [],
  )
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return ''
    throw new AppError('run_corrupt', `${file} cannot be read (${systemCode(error)})`, {
      cause: error,
    })
  }
}

async function directoriesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  const directories = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  return directories.map(({ name }) => name).sort()
}
