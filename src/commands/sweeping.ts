import { join } from 'node:path'
import { AppError } from '../core/errors.js'
import { shownPath } from '../core/files.js'
import type { SweepPlan, Trial } from '../sweep/plan.js'
import type { SweepOutcome } from '../sweep/sweep.js'
import type { Output } from './base.js'
import type { Context } from './context.js'
import { runTrial } from './trial.js'

/** What `--dry-run` shows: every trial as the command that would train it. */
export function showSweepPlan({ trials, objective, config }: SweepPlan): Output {
  const lines = trials.map(({ number, words }) => `${number}  ${trainCommand(words)}`)
  const heading = `${trials.length} trials, sampler ${config.sampler.name}`
  const ranking = objective === null ? '' : `, ranked by ${objective.metric} (${objective.mode})`
  return {
    result: {
      sampler: config.sampler,
      objective,
      trials: trials.map(({ number, words, composed }) => ({
        number,
        words,
        config: composed.config,
      })),
    },
    text: [heading + ranking, ...lines].join('\n'),
  }
}

/** Runs a sweep and reports it; failed trials and an interruption decide the exit code. */
export async function startSweep(plan: SweepPlan, context: Context): Promise<Output> {
  const { runSweep } = await import('../sweep/sweep.js')
  const { leaderboardTable } = await import('../sweep/leaderboard.js')
  const { openRepeatedly } = await import('../data/datasets.js')
  const { log, clock, signal } = context
  const open = openRepeatedly()
  const run = (trial: Trial) => runTrial(trial, open, context)
  const outcome = await runSweep(plan, { log, clock, signal, runTrial: run })
  const best = bestTrial(plan, outcome)
  const command = best === undefined ? null : trainCommand(best.words)
  return {
    result: { ...outcome, best_command: command },
    text: report(outcome, leaderboardTable(plan, outcome.leaderboard), command, context.cwd),
    failure: failureOf(outcome),
  }
}

function report(
  { path }: SweepOutcome,
  table: string,
  command: string | null,
  cwd: string,
): string {
  if (path === null) return 'The sweep has no trials.'
  const lines = [table, '', `written  ${shownPath(join(path, 'leaderboard.csv'), cwd)}`]
  if (command !== null) lines.push(`best     ${command}`)
  return lines.join('\n')
}

function bestTrial(plan: SweepPlan, { leaderboard }: SweepOutcome): Trial | undefined {
  const [first] = leaderboard
  return first === undefined || first.rank === null ? undefined : plan.trials[first.trial]
}

function failureOf({ state, failed, planned, leaderboard }: SweepOutcome): AppError | undefined {
  if (state === 'interrupted') {
    const ended = leaderboard.filter((row) => row.state !== 'interrupted').length
    const open = leaderboard.find((row) => row.state === 'interrupted' && row.run_id !== null)
    return new AppError(
      'interrupted',
      `The sweep was stopped after ${ended} of ${planned} trials`,
      {
        ...(open?.run_id && {
          hint: `Its last trial can go on: atelier train resume=${open.run_id}`,
        }),
      },
    )
  }
  if (failed === 0) return undefined
  return new AppError('trials_failed', `${failed} of ${planned} trials failed`, {
    details: leaderboard.flatMap(({ trial, error, run_id }) => {
      if (error === null) return []
      const place = run_id === null ? '' : ` (run ${run_id})`
      return [new AppError(error.code, `Trial ${trial}${place}: ${error.message}`)]
    }),
  })
}

/** The command that trains one trial, ready to be pasted into a shell. */
function trainCommand(words: readonly string[]): string {
  return ['atelier train', ...words.map(quoteForShell)].join(' ')
}

function quoteForShell(word: string): string {
  return /^[\w+][\w./:=,+@%-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
