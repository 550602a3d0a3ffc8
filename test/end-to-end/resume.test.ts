import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atelier } from '../cli.js'
import { metricsOf, small, train, type TrainResult } from './small.js'

describe('resume, end to end', function () {
  this.timeout(180_000)
  const cwd = mkdtempSync(join(tmpdir(), 'atelier-resume-'))
  after(() => rmSync(cwd, { recursive: true, force: true }))
  const words = [
    ...small,
    'model.dropout=0.2',
    'optimizer=sgd',
    'data.train_size=2000',
    'trainer.epochs=8',
    'trainer.accumulate=3',
    'trainer.ema.decay=0.9',
  ]
  let unbroken: TrainResult

  before(async () => {
    unbroken = await train([...words, 'run.root=unbroken'], { cwd })
  })

  const runIn = (root: string) => {
    const [id] = readdirSync(join(cwd, root, 'default'))
    return join(cwd, root, 'default', id!)
  }
  const hasStarted = (root: string) => existsSync(join(cwd, root, 'default'))

  /** Waits for an epoch beyond those that the run had. */
  async function waitForEpoch(root: string, before = ''): Promise<void> {
    for (let tries = 0; tries < 2000; tries++) {
      if (epochsOf(root).length > before.length) return
      await sleep(5)
    }
    throw new Error('no epoch within ten seconds')
  }

  function epochsOf(root: string): string {
    const started = hasStarted(root) && existsSync(join(runIn(root), 'metrics.csv'))
    return started ? metricsOf(runIn(root)) : ''
  }

  it('ends in the same bits after five kill -9 of one run at random moments', async () => {
    // Long enough not to end by itself where the machine stands still for seconds.
    const cnn = ['model=cnn', 'model.widths=[4,8]', 'data.train_size=900', 'trainer.epochs=60']
    const long = [...small, ...cnn]
    const whole = await train([...long, 'run.root=whole'], { cwd })
    const root = 'killed'
    const delays: number[] = []
    let words = [...long, `run.root=${root}`]
    while (delays.length < 5) {
      const before = epochsOf(root)
      delays.push(Math.round(Math.random() * 150))
      const { signal, code, stderr } = await atelier(['train', ...words], {
        cwd,
        meanwhile: (child) =>
          void waitForEpoch(root, before)
            .then(() => sleep(delays.at(-1)))
            .then(() => child.kill('SIGKILL')),
      })
      const ended = `it ended by itself with ${code}, ${String(delays)} ms after an epoch: ${stderr}`
      assert.equal(signal, 'SIGKILL', ended)
      const list = await atelier(['runs', 'list', `run.root=${root}`, '--json'], { cwd })
      assert.match(list.stdout, /"state": "stale"/)
      words = [`resume=${runIn(root)}`]
    }
    const resumed = await train(words, { cwd })
    const moments = `killed ${String(delays)} ms after an epoch`
    assert.equal(resumed.weight_hash, whole.weight_hash, moments)
    assert.equal(metricsOf(resumed.path), metricsOf(whole.path), moments)
  })

  it('saves where it is on Ctrl-C, exits with 130, and goes on in the middle of an epoch', async () => {
    const stopped = await atelier(['train', ...words, 'run.root=stopped', '--json'], {
      cwd,
      meanwhile: (child) => void waitForEpoch('stopped').then(() => child.kill('SIGINT')),
    })
    assert.equal(stopped.code, 130, stopped.stderr)
    assert.equal(stopped.json.error?.code, 'interrupted')
    assert.match(stopped.json.error.hint ?? '', /resume=/)
    const path = runIn('stopped')
    const state = JSON.parse(
      readFileSync(join(path, 'checkpoints', 'last', 'state.json'), 'utf8'),
    ) as { state: { epoch: number } }
    assert(state.state.epoch < 8)
    const resumed = await train(['resume=latest', 'run.root=stopped'], { cwd })
    assert.equal(resumed.path, path)
    assert.equal(resumed.weight_hash, unbroken.weight_hash)
    assert.equal(metricsOf(path), metricsOf(unbroken.path))
  })

  it('has journalled an epoch before it saves its checkpoint', async () => {
    const run = await train([...small, 'trainer.epochs=1', 'run.root=journal'], { cwd })
    const metrics = metricsOf(run.path)
    const status = join(run.path, 'status.json')
    writeFileSync(status, readFileSync(status, 'utf8').replace('succeeded', 'interrupted'))
    rmSync(join(run.path, 'metrics.csv'))
    rmSync(join(run.path, 'checkpoints'), { recursive: true })
    writeFileSync(join(run.path, 'checkpoints'), 'in the way')
    const { code, json } = await atelier(['train', `resume=${run.path}`, '--json'], { cwd })
    assert.deepEqual([code, json.error?.code], [8, 'output_unwritable'])
    assert.equal(metricsOf(run.path), metrics)
  })

  it('refuses to resume a finished run, and says how to repeat it', async () => {
    const { code, json } = await atelier(['train', `resume=${unbroken.path}`, '--json'], { cwd })
    assert.equal(code, 4)
    assert.equal(json.error?.code, 'run_finished')
    assert.match(json.error.hint ?? '', /spec=/)
  })

  it('refuses words that would change a resumed run', async () => {
    const { code } = await atelier(['train', `resume=${unbroken.path}`, 'seed=3'], { cwd })
    assert.equal(code, 2)
  })
})
