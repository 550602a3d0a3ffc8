import { AppError } from '../core/errors.js'
import type { Trial } from '../sweep/plan.js'
import type { TrialRun } from '../sweep/sweep.js'
import type { Context } from './context.js'
import { planComposed } from './training.js'

/**
 * Trains a trial as `train` would train its words. What the user's config or data caused is the trial's failure; a
 * full disk or a defect would meet every further trial too, and is thrown.
 */
export async function runTrial(trial: Trial, context: Context): Promise<TrialRun> {
  const { RunDirectory } = await import('../store/run-directory.js')
  const { collectFacts } = await import('../train/run-facts.js')
  const { trainRun } = await import('../train/train.js')
  const { openEngine } = await import('../engine/engines.js')
  const { writeCurves } = await import('../report/curves.js')
  let run: { run_id: string | null; path: string | null } = { run_id: null, path: null }
  try {
    const { plan, provenance } = await planComposed(trial.composed, trial.words, context)
    if (trial.number === 0) {
      context.log.info(plan.data.describe())
      context.log.info(`engine: ${plan.engineReason}`)
    }
    const engine = await openEngine(plan.spec.engine)
    try {
      const facts = await collectFacts(plan, engine.facts, provenance)
      const directory = await RunDirectory.create(plan.spec, facts, context.clock)
      run = { run_id: directory.id, path: directory.path }
      const outcome = await trainRun(plan, engine, directory, context)
      if (outcome.final !== null) await writeCurves(directory.path)
      const state = outcome.kind === 'interrupted' ? 'interrupted' : 'succeeded'
      return { ...run, state, error: null }
    } finally {
      await engine.dispose()
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.exit > 4) throw error
    return { ...run, state: 'failed', error }
  }
}
