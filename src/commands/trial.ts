import { AppError } from '../core/errors.js'
import type { openData } from '../data/datasets.js'
import type { Trial } from '../sweep/plan.js'
import type { TrialRun } from '../sweep/sweep.js'
import type { Context } from './context.js'
import { planComposed, trainContext } from './training.js'

/**
 * Trains a trial as `train` would train its words, on data that `open` provides. What the user's config or data caused is the trial's failure; a
 * full disk or a defect would meet every further trial too, and is thrown.
 */
export async function runTrial(
  trial: Trial,
  open: typeof openData,
  context: Context,
): Promise<TrialRun> {
  const { startRun } = await import('../train/run.js')
  const { writeCurves } = await import('../report/curves.js')
  try {
    const { plan, provenance } = await planComposed(trial.composed, trial.words, context, open)
    if (trial.number === 0) {
      context.log.info(plan.data.describe())
      context.log.info(`engine: ${plan.engineReason}`)
      for (const note of plan.notes) context.log.info(note)
    }
    const { id, path, outcome, failure } = await startRun(plan, provenance, trainContext(context))
    if (failure !== null) return { run_id: id, path, state: 'failed', error: ownFailure(failure) }
    await writeCurves(path)
    const state = outcome.kind === 'interrupted' ? 'interrupted' : 'succeeded'
    return { run_id: id, path, state, error: null }
  } catch (error) {
    return { run_id: null, path: null, state: 'failed', error: ownFailure(error) }
  }
}

function ownFailure(error: unknown): AppError {
  if (!(error instanceof AppError) || error.exit > 4) throw error
  return error
}
