import { basename, join, resolve } from 'node:path'
import { LineFile, writeFileAtomic, writeJson } from '../core/files.js'
import { recordVersion } from '../spec/run-spec.js'
import type { Clock } from '../store/records.js'
import { makeStampedDirectory } from '../store/stamped-directory.js'
import { leaderboardCsv, rankTrials, type LeaderboardRow, type TrialResult } from './leaderboard.js'
import type { Objective } from './objective.js'
import type { SweepPlan } from './plan.js'

/** A line of `journal.jsonl`: what happened to which trial, and which run it became. */
type StudyEvent =
  | { readonly kind: 'trial_started'; readonly number: number; readonly words: readonly string[] }
  | ({ readonly kind: 'trial_ended'; readonly number: number } & TrialResult)
  | { readonly kind: 'sweep_ended'; readonly state: 'finished' | 'interrupted' }

/** A sweep's directory `<run root>/sweeps/<id>`, open for writing: plan, journal and leaderboard. Runs lie elsewhere. */
export class Study {
  readonly id: string
  readonly #results = new Map<number, TrialResult>()
  readonly #journal: LineFile

  private constructor(
    readonly path: string,
    private readonly plan: SweepPlan,
    private readonly objective: Objective,
    private readonly clock: Clock,
  ) {
    this.id = basename(path)
    this.#journal = new LineFile(join(path, 'journal.jsonl'))
  }

  static async create(plan: SweepPlan, objective: Objective, clock: Clock): Promise<Study> {
    const { run, sweep, sampler } = plan.config
    const path = await makeStampedDirectory(join(resolve(run.root), 'sweeps'), sweep.name, clock)
    await writeJson(join(path, 'plan.json'), {
      record_version: recordVersion,
      sampler,
      objective,
      axes: plan.axes,
      trials: plan.trials.map(({ number, words }) => ({ number, words })),
    })
    return new Study(path, plan, objective, clock)
  }

  record(event: StudyEvent): void {
    const at = new Date(this.clock()).toISOString()
    this.#journal.append(JSON.stringify({ record_version: recordVersion, at, ...event }))
  }

  /** Keeps how a trial ended, and brings the leaderboard up to date. */
  async tell(number: number, result: TrialResult): Promise<void> {
    this.#results.set(number, result)
    this.record({ kind: 'trial_ended', number, ...result })
    const text = leaderboardCsv(this.plan, this.leaderboard())
    await writeFileAtomic(join(this.path, 'leaderboard.csv'), text)
  }

  leaderboard(): LeaderboardRow[] {
    return rankTrials(this.plan.trials, this.#results, this.objective)
  }

  close(): void {
    this.#journal.close()
  }
}
