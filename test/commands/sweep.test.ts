import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { specHash, type RunSpec } from '../../src/spec/run-spec.js'
import type { SweepOutcome } from '../../src/sweep/sweep.js'
import { atelier } from '../cli.js'

const small = [
  ...['data.train_size=100', 'data.test_size=20', 'trainer.epochs=1'],
  ...['model=softmax', 'optimizer=sgd'],
]

describe('sweep', function () {
  this.timeout(60_000)
  let cwd = ''
  beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'atelier-sweep-'))))
  afterEach(() => rmSync(cwd, { recursive: true }))

  it('trains each trial as train would, goes on after a failed one, and exits 5', async () => {
    const words = ['sweep', ...small, 'optimizer.lr=0.01,1e30', '--json', '--quiet']
    const { code, json } = await atelier(words, { cwd })
    assert.equal(code, 5)
    assert.equal(json.error?.code, 'trials_failed')
    const result = json.result as SweepOutcome & { best_command: string }
    const [best, failed] = result.leaderboard
    assert.equal(failed?.state, 'failed')
    assert.ok(failed.run_id)
    assert.equal(readdirSync(join(cwd, 'runs', 'default')).length, 2)
    assert.ok(readdirSync(result.path ?? '').includes('leaderboard.csv'))

    assert.match(result.best_command, /^atelier train .* optimizer\.lr=0\.01$/)
    const train = result.best_command.split(' ').slice(1)
    const planned = await atelier([...train, '--dry-run', '--json'], { cwd })
    const { spec } = planned.json.result as { spec: RunSpec }
    const file = join(best?.path ?? '', 'spec.json')
    const trained = JSON.parse(readFileSync(file, 'utf8')) as RunSpec
    assert.deepEqual(trained, spec)
    assert.equal(specHash(trained), specHash(spec))
  })

  it('shows every trial and writes nothing with --dry-run', async () => {
    const { stdout, code } = await atelier(['sweep', 'model=mlp,cnn', 'seed=1,2', '--dry-run'], {
      cwd,
    })
    assert.equal(code, 0)
    assert.match(
      stdout,
      /^4 trials, sampler grid, ranked by val_loss \(min\)\n0 {2}atelier train model=mlp seed=1\n/,
    )
    assert.deepEqual(readdirSync(cwd), [])
  })

  it('stops cleanly at Ctrl-C and says how its last trial goes on', async () => {
    const words = [
      'sweep',
      'model=softmax',
      'seed=1,2,3',
      'trainer.epochs=100000',
      'data.train_size=100',
    ]
    let isSent = false
    const { code, stderr, stdout } = await atelier(words, {
      cwd,
      meanwhile: (child) => {
        child.stderr?.on('data', (text: string) => {
          if (isSent || !text.includes('epoch')) return
          isSent = true
          child.kill('SIGINT')
        })
      },
    })
    assert.equal(code, 130)
    assert.match(stderr, /The sweep was stopped after 0 of 3 trials/)
    assert.match(stderr, /atelier train resume=\d{8}-\d{6}-/)
    assert.match(stdout, /interrupted/)
  })
})
