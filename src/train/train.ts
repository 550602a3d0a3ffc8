import { join } from 'node:path'
import { AppError } from '../core/errors.js'
import type { Log } from '../core/log.js'
import { Random } from '../core/random.js'
import type { Progress } from '../core/terminal.js'
import type { Engine } from '../engine/compile.js'
import { isMixed } from '../data/mix.js'
import { createImageLosses, type ImageLosses } from '../model/image-losses.js'
import { createProgram, type Program } from '../model/program.js'
import { weightHash } from '../model/weights.js'
import type { RunSpec } from '../spec/run-spec.js'
import type { RunDirectory } from '../store/run-directory.js'
import type { Clock, RunOutcome } from '../store/records.js'
import { restoreCheckpoint } from './checkpoint.js'
import { evaluate, type Scores } from './evaluate.js'
import { featureStage } from './features.js'
import { initialState, type LoopState } from './loop-state.js'
import { runLoop, type LoopParts } from './loop.js'
import { checkpoints } from './observers/checkpoints.js'
import { display } from './observers/display.js'
import { journal } from './observers/journal.js'
import type { Plan } from './plan.js'
import { imageStage, type Stage } from './stage.js'

export interface TrainContext {
  readonly progress: Progress
  readonly log: Log
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Where computed features are kept; may not exist yet. */
  readonly cacheDirectory: string
}

/** How a run ended: with an outcome, or with a failure that the user can do something about. */
export type RunEnd =
  | { readonly outcome: RunOutcome; readonly failure: null }
  | { readonly outcome: null; readonly failure: AppError }

/**
 * Trains one run in its directory, from the start or from its `last` checkpoint, and writes how it ended. The plan's
 * model is disposed of at the end. Being interrupted is an outcome; a loss that is not finite is `loss_not_finite`.
 */
export async function trainRun(
  plan: Plan,
  engine: Engine,
  run: RunDirectory,
  context: TrainContext,
): Promise<RunEnd> {
  try {
    const outcome = await train(plan, engine, run, context)
    run.record({ kind: 'ended', outcome })
    await run.finish(outcome.kind === 'interrupted' ? 'interrupted' : 'succeeded', outcome, null)
    return { outcome, failure: null }
  } catch (error) {
    // A full disk may refuse the status too; what stopped the run is the failure to report.
    await run.finish('failed', null, asAppError(error)).catch(() => undefined)
    if (error instanceof AppError) return { outcome: null, failure: error }
    throw error
  }
}

async function train(
  plan: Plan,
  engine: Engine,
  run: RunDirectory,
  context: TrainContext,
): Promise<RunOutcome> {
  const { spec, split, model } = plan
  const random = new Random(spec.seed)
  const stage = spec.model.cache_features ? featureStage(plan, engine, context) : imageStage(plan)
  const loader = stage.loader(split.train)
  const program = createProgram({
    model: stage.model,
    loss: spec.loss,
    optimizer: spec.optimizer,
    updates: { ...spec.trainer, stepsPerEpoch: loader.steps },
    ofShares: isMixed(spec.augmentation),
    engine,
    random,
  })
  const losses = createImageLosses(spec.loss, engine)
  try {
    const state = run.attempt === 1 ? initialState() : await resumeState(run, plan, program)
    run.record({ kind: 'run_started', run_id: run.id, attempt: run.attempt, epoch: state.epoch })
    const parts: LoopParts = {
      spec,
      program,
      loader,
      train: split.train,
      random,
      validate: split.val.length === 0 ? null : validation(plan, stage, program, losses),
      observers: [
        display(spec, context.progress, context.log, context.clock),
        // An epoch is journalled first: killed before its checkpoint is there, a run repeats it; it never skips it.
        journal(run),
        checkpoints(run, plan, program),
      ],
      signal: context.signal,
      clock: context.clock,
    }
    const end = (await stage.prepare()) ? await runLoop(parts, state) : 'interrupted'
    if (end === 'diverged') throw lossNotFinite(spec, state)
    await program.read()
    return {
      kind: end,
      epochs: state.epoch,
      best: state.best,
      final: state.history.at(-1) ?? null,
      weight_hash: program.evaluated(() => weightHash(model)),
    }
  } finally {
    context.progress.stop()
    await loader.close()
    await losses.dispose()
    await program.dispose()
    stage.dispose()
    model.dispose()
  }
}

/** The state a stopped run goes on from: its `last` checkpoint, or the start if it never got to one. */
async function resumeState(run: RunDirectory, plan: Plan, program: Program): Promise<LoopState> {
  const directory = join(run.path, 'checkpoints', 'last')
  return (await restoreCheckpoint(directory, plan.model, program)) ?? initialState()
}

function validation(
  plan: Plan,
  stage: Stage,
  program: Program,
  losses: ImageLosses,
): () => Promise<Scores> {
  const { split, spec } = plan
  const batches = stage.validation(split.val)
  const options = { classes: spec.model.num_classes, losses }
  return async () => (await evaluate(program, batches, split.val, options)).scores
}

function lossNotFinite(spec: RunSpec, state: LoopState): AppError {
  return new AppError(
    'loss_not_finite',
    `The loss became NaN or infinite in epoch ${state.epoch + 1} after ${state.step} steps`,
    {
      hint:
        `Try a lower learning rate than optimizer.lr=${spec.optimizer.lr}` +
        (spec.normalization.name === 'none' ? ', or normalization=rescale_255.' : '.') +
        (state.epoch > 0 ? ' The checkpoints of the finished epochs are kept.' : ''),
    },
  )
}

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  return new AppError('bug', error instanceof Error ? error.message : String(error))
}
