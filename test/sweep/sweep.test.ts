import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '../../src/config/settings.js'
import { AppError } from '../../src/core/errors.js'
import { planSweep, type Trial } from '../../src/sweep/plan.js'
import { runSweep, type TrialRun } from '../../src/sweep/sweep.js'

const header = 'epoch,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy'

describe('sweep/sweep', () => {
  let root = ''
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'atelier-sweep-'))))
  afterEach(() => rmSync(root, { recursive: true }))

  function plan(...words: string[]) {
    const context = { cwd: root, env: {}, settings: defaultSettings }
    return planSweep([...words, `run.root=${root}`], context)
  }

  /** A run directory that only holds the losses of its epochs. */
  function succeed(name: string, losses: number[]): TrialRun {
    const path = join(root, name)
    mkdirSync(path)
    const rows = losses.map((loss, index) => `${index + 1},0.1,9,0.1,${loss},0.5`)
    writeFileSync(join(path, 'metrics.csv'), [header, ...rows, ''].join('\n'))
    return { run_id: name, path, state: 'succeeded', error: null }
  }

  function fail(name: string | null): TrialRun {
    const error = new AppError('loss_not_finite', 'The loss became NaN')
    return { run_id: name, path: null, state: 'failed', error }
  }

  function run(
    planned: ReturnType<typeof plan>,
    runTrial: (trial: Trial) => TrialRun,
    signal = new AbortController().signal,
  ) {
    return runSweep(planned, {
      log: { info() {}, warn() {}, warnings: [] },
      clock: () => Date.UTC(2026, 0, 2, 3, 4, 5),
      signal,
      runTrial: (trial) => Promise.resolve(runTrial(trial)),
    })
  }

  function journal(path: string | null): { kind: string; number?: number; run_id?: string }[] {
    const lines = readFileSync(join(path ?? '', 'journal.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
    return lines.map((line) => JSON.parse(line) as { kind: string })
  }

  it('ranks groups by the mean of their seeds and shows the deviation', async () => {
    const losses = [[0.5, 0.3], [0.9, 0.5], [0.35], [0.35, 0.4]]
    const planned = plan('model=mlp,cnn', 'seed=1,2')
    const outcome = await run(planned, ({ number }) =>
      succeed(`run${number}`, losses[number] ?? []),
    )
    assert.deepEqual(
      outcome.leaderboard.map(({ rank, trial, value }) => [rank, trial, value]),
      [
        [1, 2, 0.35],
        [2, 3, 0.35],
        [3, 0, 0.3],
        [4, 1, 0.5],
      ],
    )
    const mlp = outcome.leaderboard[2]
    assert.equal(mlp?.group_mean, 0.4)
    assert.ok(Math.abs((mlp.group_deviation ?? 0) - Math.SQRT2 / 10) < 1e-12)
    const csv = readFileSync(join(outcome.path ?? '', 'leaderboard.csv'), 'utf8').split('\n')
    assert.equal(
      csv[0],
      'rank,trial,run_id,state,val_loss,group_mean,group_deviation,group_size,model,seed,error',
    )
    assert.match(csv[1] ?? '', /^1,2,run2,succeeded,0\.35,0\.35,0,2,cnn,1,$/)
  })

  it('goes on after failed trials and puts them last', async () => {
    const outcome = await run(plan('seed=1,2,3'), ({ number }) =>
      number === 0 ? fail('run0') : number === 1 ? fail(null) : succeed('run2', [1]),
    )
    assert.equal(outcome.failed, 2)
    assert.deepEqual(
      outcome.leaderboard.map(({ trial, rank, state }) => [trial, rank, state]),
      [
        [2, 1, 'succeeded'],
        [0, null, 'failed'],
        [1, null, 'failed'],
      ],
    )
    assert.deepEqual(
      journal(outcome.path).map(({ kind, number, run_id }) => [kind, number, run_id]),
      [
        ['trial_started', 0, undefined],
        ['trial_ended', 0, 'run0'],
        ['trial_started', 1, undefined],
        ['trial_ended', 1, null],
        ['trial_started', 2, undefined],
        ['trial_ended', 2, 'run2'],
        ['sweep_ended', undefined, undefined],
      ],
    )
  })

  it('stops when asked to, between trials or within one', async () => {
    const controller = new AbortController()
    const stopped = await run(
      plan('seed=1,2,3'),
      ({ number }) => {
        controller.abort()
        return succeed(`run${number}`, [1])
      },
      controller.signal,
    )
    assert.equal(stopped.state, 'interrupted')
    assert.equal(stopped.leaderboard.length, 1)
    const within = await run(plan('seed=1,2,3'), () => ({
      run_id: 'half',
      path: null,
      state: 'interrupted',
      error: null,
    }))
    assert.equal(within.state, 'interrupted')
    assert.equal(within.leaderboard[0]?.rank, null)
  })

  it('keeps the journal of a sweep that a defect ends', async () => {
    await assert.rejects(
      run(plan('seed=1,2'), ({ number }) => {
        if (number === 1) throw new TypeError('a defect')
        return succeed('run0', [1])
      }),
      TypeError,
    )
    const directory = join(root, 'sweeps')
    const [id = ''] = readdirSync(directory)
    assert.match(id, /^20260102-030405-sweep-[0-9a-f]{4}$/)
    assert.equal(journal(join(directory, id)).at(-1)?.kind, 'trial_started')
  })

  it('leaves no directory for a sweep of no trials', async () => {
    const outcome = await run(plan('seed=range(0)'), () => fail(null))
    assert.deepEqual([outcome.path, outcome.planned], [null, 0])
    assert.equal(existsSync(join(root, 'sweeps')), false)
  })
})
