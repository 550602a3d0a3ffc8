import { stringify } from 'csv-stringify/sync'
import type { ErrorCode } from '../core/errors.js'
import { formatTable } from '../core/terminal.js'
import type { Objective } from './objective.js'
import type { SweepPlan, Trial } from './plan.js'

/** How a trial ended. */
export interface TrialResult {
  readonly run_id: string | null
  readonly path: string | null
  readonly state: 'succeeded' | 'failed' | 'interrupted'
  readonly value: number | null
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
}

/** A line of the leaderboard; a group is the trials that differ in their seed alone. */
export interface LeaderboardRow extends TrialResult {
  readonly rank: number | null
  readonly trial: number
  readonly choices: readonly string[]
  readonly group: string
  readonly group_mean: number | null
  /** Sample standard deviation; null for fewer than two values. */
  readonly group_deviation: number | null
  readonly group_size: number
}

/** All ended trials, best group first, best trial first within its group; trials without a value come last. */
export function rankTrials(
  trials: readonly Trial[],
  results: ReadonlyMap<number, TrialResult>,
  objective: Objective,
): LeaderboardRow[] {
  const sign = objective.mode === 'min' ? 1 : -1
  const rows = trials.flatMap((trial) => {
    const result = results.get(trial.number)
    if (result === undefined) return []
    const { number, choices, group } = trial
    const members = trials.filter((other) => other.group === group)
    const values = members.flatMap((member) => results.get(member.number)?.value ?? [])
    return [{ trial: number, choices, group, ...result, ...statistics(values) }]
  })
  const order = (value: number | null): number => (value === null ? Infinity : sign * value)
  return rows
    .sort(
      (a, b) =>
        compare(order(a.group_mean), order(b.group_mean)) ||
        compare(order(a.value), order(b.value)) ||
        a.trial - b.trial,
    )
    .map((row, index) => ({ rank: row.value === null ? null : index + 1, ...row }))
}

/** The text of `leaderboard.csv`: one column for each axis. */
export function leaderboardCsv(plan: SweepPlan, rows: readonly LeaderboardRow[]): string {
  const metric = plan.objective?.metric ?? 'value'
  const header = ['rank', 'trial', 'run_id', 'state', metric]
  header.push('group_mean', 'group_deviation', 'group_size')
  header.push(...plan.columns, 'error')
  const lines = rows.map((row) => [
    ...[row.rank, row.trial, row.run_id, row.state, row.value],
    ...[row.group_mean, row.group_deviation, row.group_size],
    ...row.choices.map(valueOf),
    row.error?.message,
  ])
  return stringify([header, ...lines], { quoted_match: /[\r\n]/ })
}

/** The leaderboard for people; mean and deviation only where seeds repeat a choice. */
export function leaderboardTable(plan: SweepPlan, rows: readonly LeaderboardRow[]): string {
  const isRepeated = rows.some(({ group_size }) => group_size > 1)
  const header = ['rank', 'trial', plan.objective?.metric ?? 'value']
  if (isRepeated) header.push('mean', 'deviation', 'seeds')
  header.push(...plan.columns, 'run')
  const lines = rows.map((row) => [
    ...[row.rank, row.trial, rounded(row.value)],
    ...(isRepeated ? [rounded(row.group_mean), rounded(row.group_deviation), row.group_size] : []),
    ...row.choices.map(valueOf),
    row.state === 'succeeded' ? row.run_id : `${row.run_id ?? ''} ${row.state}`.trim(),
  ])
  return formatTable(header, lines)
}

/** What a word sets its key to. */
function valueOf(word: string): string {
  return word.slice(word.indexOf('=') + 1)
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(4))
}

function statistics(values: readonly number[]) {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    group_mean: count === 0 ? null : mean,
    group_deviation: count < 2 ? null : Math.sqrt(squares / (count - 1)),
    group_size: count,
  }
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
