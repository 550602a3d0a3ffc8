import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { composeSpec } from '../config/compose-spec.js'
import { composeRoot, type Composed } from '../config/compose.js'
import { AppError } from '../core/errors.js'
import { shownPath } from '../core/files.js'
import type { DataContext } from '../data/data-set.js'
import type { openData } from '../data/datasets.js'
import { specHash, type RunSpec } from '../spec/run-spec.js'
import type { TrainConfig } from '../spec/types.gen.js'
import { resolveRun } from '../store/references.js'
import { readStatus } from '../store/run-directory.js'
import type { RunOutcome } from '../store/records.js'
import type { Plan } from '../train/plan.js'
import type { FinishedRun } from '../train/run.js'
import type { Provenance } from '../train/run-facts.js'
import type { TrainContext } from '../train/train.js'
import type { Output } from './base.js'
import type { Context } from './context.js'
import { openRecordedModules } from './modules.js'

/** A checked plan and where it came from. */
export interface Prepared {
  readonly plan: Plan
  readonly provenance: Provenance
}

/** What opening data needs of a command's context. */
export function dataContext(context: Context): DataContext {
  const { env, log, progress, settings } = context
  return {
    env,
    log,
    progress,
    // Whoever looks at it promises to stop between steps; until then Ctrl-C simply ends the process.
    get signal() {
      return context.signal
    },
    datasets: context.datasets,
    cacheDirectory: settings.cache_directory ?? defaultCache(env),
  }
}

/** What training needs of a command's context; it stops between steps when the user asks for it. */
export function trainContext(context: Context): TrainContext & DataContext {
  return { ...dataContext(context), ...context }
}

/** Composes the config, or a frozen spec with changes, and plans the run. */
export async function prepare(
  spec: string | undefined,
  words: readonly string[],
  context: Context,
): Promise<Prepared> {
  if (spec === undefined) return planComposed(composeRoot('train', words, context), words, context)
  await openRecordedModules(dirname(resolve(context.cwd, spec)), context)
  const prepared = await planComposed(composeSpec(spec, words, context), words, context)
  const parent = await parentOf(spec, prepared.plan.spec, context)
  return { ...prepared, provenance: { ...prepared.provenance, parent } }
}

/** The id of the run a spec lies in, where words changed what is computed. */
async function parentOf(file: string, spec: RunSpec, context: Context): Promise<string | null> {
  const original = composeSpec(file, [], context).config as RunSpec
  const run = dirname(resolve(context.cwd, file))
  const isRun = basename(file) === 'spec.json' && (await readStatus(run)) !== undefined
  return isRun && specHash(spec) !== specHash(original) ? basename(run) : null
}

/** Plans a run from a composed config; the plan's warnings are shown. */
export async function planComposed(
  composed: Composed<TrainConfig>,
  words: readonly string[],
  context: Context,
  open?: typeof openData,
): Promise<Prepared> {
  const { planRun } = await import('../train/plan.js')
  const plan = await planRun(composed.config, composed.fail, dataContext(context), open)
  for (const warning of plan.warnings) context.log.warn(warning)
  const provenance = { words, layers: composed.layers, parent: null, cwd: context.cwd }
  return { plan, provenance }
}

/** What `--dry-run` shows: the frozen spec, and what it would train on. */
export function showPlan({ plan }: Prepared): Output {
  const { spec, split, data, engineReason } = plan
  const facts = {
    spec_hash: specHash(spec),
    train_images: split.train.length,
    val_images: split.val.length,
    test_images: data.splits.test?.count ?? 0,
    parameters: plan.model.countParams(),
    frozen_parameters: plan.frozenParameters,
    engine: engineReason,
  }
  return { result: { ...facts, spec }, text: `${stringify(spec)}\n${stringify({ plan: facts })}` }
}

/** Trains a new run and reports it. */
export async function start({ plan, provenance }: Prepared, context: Context): Promise<Output> {
  const { startRun } = await import('../train/run.js')
  context.log.info(plan.data.describe())
  context.log.info(`engine: ${plan.engineReason}`)
  for (const note of plan.notes) context.log.info(note)
  return report(await startRun(plan, provenance, trainContext(context)), context)
}

/** Goes on with an interrupted run and reports it; only `run.root` may be given beside it. */
export async function resume(
  reference: string,
  words: readonly string[],
  context: Context,
): Promise<Output> {
  const other = words.find((word) => !word.startsWith('run.root='))
  if (other !== undefined) {
    throw new AppError('usage', `'${other}' would change the run that resume= goes on with`, {
      hint: 'To train a variant, use spec=RUN/spec.json with the changes.',
    })
  }
  const { config } = composeRoot('train', words, context)
  const path = await resolveRun(reference, config.run.root)
  await openRecordedModules(path, context)
  const { resumeRun } = await import('../train/run.js')
  return report(await resumeRun(path, trainContext(context)), context)
}

async function report(run: FinishedRun, context: Context): Promise<Output> {
  const { id, path, outcome } = run
  const { writeCurves } = await import('../report/curves.js')
  await writeCurves(path)
  if (outcome === null) {
    return { result: { run_id: id, path }, text: `run  ${id}`, failure: run.failure }
  }
  const failure =
    outcome.kind === 'interrupted'
      ? new AppError('interrupted', `Run ${id} was interrupted`, {
          hint: `Go on with it: atelier train resume=${id}`,
        })
      : undefined
  return {
    result: { run_id: id, path, ...outcome },
    text: summary(id, shownPath(path, context.cwd), outcome),
    failure,
  }
}

function summary(id: string, path: string, outcome: RunOutcome): string {
  const { best, final, kind, epochs } = outcome
  const rows: [string, string][] = [
    ['run', id],
    ['directory', path],
    ['outcome', `${kind.replace('_', ' ')} after ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`],
  ]
  if (best !== null) {
    rows.push(['best', `epoch ${best.epoch}, ${best.monitor} ${best.value.toFixed(4)}`])
  }
  if (final !== null) {
    rows.push(['train', scores(final.train_loss, final.train_accuracy)])
    if (final.val_loss !== null && final.val_accuracy !== null) {
      rows.push(['validation', scores(final.val_loss, final.val_accuracy)])
    }
    rows.push(['curves', join(path, 'curves.svg')])
  }
  rows.push(['weights', `sha256 ${outcome.weight_hash}`])
  if (kind !== 'interrupted') rows.push(['next', `atelier test checkpoint=${id}`])
  return rows.map(([name, value]) => `${name.padEnd(10)}  ${value}`).join('\n')
}

function scores(loss: number, accuracy: number): string {
  return `loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(4)}`
}

function defaultCache(env: Context['env']): string {
  const base = env['XDG_CACHE_HOME']
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'atelier')
}
