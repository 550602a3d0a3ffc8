import { basename, join } from 'node:path'
import { AppError } from '../core/errors.js'
import { currentDirectory, readJson } from '../core/files.js'
import type { DataContext } from '../data/data-set.js'
import { openData } from '../data/datasets.js'
import type { Engine } from '../engine/compile.js'
import { openEngine } from '../engine/engines.js'
import type { FailOptions } from '../spec/run-spec.js'
import { checkResumable, readSpec, RunDirectory } from '../store/run-directory.js'
import type { LoadWeights } from './plan-model.js'
import { planRun, type Plan } from './plan.js'
import { loadPretrained } from './pretrained.js'
import { collectFacts, dataChange, type Provenance } from './run-facts.js'
import { trainRun, type RunEnd, type TrainContext } from './train.js'

export type FinishedRun = RunEnd & {
  readonly id: string
  readonly path: string
}

/** Makes a run directory for a plan and trains in it. */
export async function startRun(
  plan: Plan,
  provenance: Provenance,
  context: TrainContext,
): Promise<FinishedRun> {
  return withEngine(plan, async (engine) => {
    const facts = await collectFacts(plan, engine.facts, provenance)
    const run = await RunDirectory.create(plan.spec, facts, context.clock)
    return finish(plan, engine, run, context)
  })
}

/** Goes on with a run that was interrupted, killed or failed, from its `last` checkpoint, on the same data. */
export async function resumeRun(
  path: string,
  context: TrainContext & DataContext,
): Promise<FinishedRun> {
  await checkResumable(path, context.clock)
  const plan = await planRun(
    await readSpec(path),
    failPlainly,
    context,
    openData,
    firstWeights(path),
  )
  await checkData(path, plan)
  return withEngine(plan, async (engine) => {
    const run = await RunDirectory.reopen(path, context.clock)
    return finish(plan, engine, run, context)
  })
}

/** A checkpoint holds all weights, frozen ones too: the first ones are needed only where there is none yet. */
function firstWeights(path: string): LoadWeights {
  return async (model, config, ...rest) => {
    const last = await currentDirectory(join(path, 'checkpoints', 'last'))
    if ((await readJson(join(last, 'state.json'))) === undefined) {
      return loadPretrained(model, config, ...rest)
    }
    const { weights, weights_sha256 } = config
    return { resolved: { weights, weights_sha256 }, report: null }
  }
}

async function withEngine<T>(plan: Plan, use: (engine: Engine) => Promise<T>): Promise<T> {
  const busy = plan.spec.data.num_workers > 0
  const engine = await openEngine(plan.spec.engine, { busy })
  try {
    return await use(engine)
  } finally {
    await engine.dispose()
  }
}

async function finish(
  plan: Plan,
  engine: Engine,
  run: RunDirectory,
  context: TrainContext,
): Promise<FinishedRun> {
  return { id: run.id, path: run.path, ...(await trainRun(plan, engine, run, context)) }
}

/** Bits can only be the same when the images are. */
async function checkData(path: string, plan: Plan): Promise<void> {
  const changed = await dataChange(path, plan.data)
  if (changed === null) return
  const message = `Run ${basename(path)} cannot go on: ${changed} changed since it began`
  throw new AppError('data_mismatch', message, {
    hint: 'Bring the old state back, or start a new run.',
  })
}

/** A frozen spec has no source text to point into. */
function failPlainly(path: string, message: string, options: FailOptions = {}): AppError {
  return new AppError(options.code ?? 'config_invalid', `${path}: ${message}`, options)
}
