import type { AppError } from '../core/errors.js'
import type { Log } from '../core/log.js'
import type { Clock } from '../store/records.js'
import type { LeaderboardRow } from './leaderboard.js'
import { readValue } from './objective.js'
import type { SweepPlan, Trial } from './plan.js'
import { Study } from './study.js'

/** What became of the run of a trial; `run_id` is null if it failed before it had a directory. */
export interface TrialRun {
  readonly run_id: string | null
  readonly path: string | null
  readonly state: 'succeeded' | 'failed' | 'interrupted'
  readonly error: AppError | null
}

export interface SweepContext {
  readonly log: Log
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Trains one trial as an ordinary run. Failures of the trial are a value; what it throws ends the sweep. */
  runTrial(trial: Trial): Promise<TrialRun>
}

/** What a sweep came to; `path` and `id` are null for a sweep of no trials, which leaves no directory. */
export interface SweepOutcome {
  readonly id: string | null
  readonly path: string | null
  readonly state: 'finished' | 'interrupted'
  readonly planned: number
  readonly failed: number
  readonly leaderboard: readonly LeaderboardRow[]
}

/** Runs the trials one after the other; a failed one does not end the sweep, a request to stop does. */
export async function runSweep(plan: SweepPlan, context: SweepContext): Promise<SweepOutcome> {
  const { objective, trials } = plan
  if (objective === null) {
    return { id: null, path: null, state: 'finished', planned: 0, failed: 0, leaderboard: [] }
  }
  const study = await Study.create(plan, objective, context.clock)
  try {
    let state: SweepOutcome['state'] = 'finished'
    for (const trial of trials) {
      if (context.signal.aborted) state = 'interrupted'
      if (state === 'interrupted') break
      const place = `${trial.number} (${trial.number + 1} of ${trials.length})`
      context.log.info(`trial ${place}: ${trial.choices.filter(Boolean).join(' ')}`)
      study.record({ kind: 'trial_started', number: trial.number, words: trial.words })
      const { error, ...run } = await context.runTrial(trial)
      if (error !== null) context.log.warn(`trial ${trial.number} failed: ${error.message}`)
      const value =
        run.state === 'succeeded' && run.path !== null ? await readValue(run.path, objective) : null
      const summary = error === null ? null : { code: error.code, message: error.message }
      await study.tell(trial.number, { ...run, value, error: summary })
      if (run.state === 'interrupted') state = 'interrupted'
    }
    study.record({ kind: 'sweep_ended', state })
    const leaderboard = study.leaderboard()
    const failed = leaderboard.filter((row) => row.state === 'failed').length
    return { id: study.id, path: study.path, state, planned: trials.length, failed, leaderboard }
  } finally {
    study.close()
  }
}
