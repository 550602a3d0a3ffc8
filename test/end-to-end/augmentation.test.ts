import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atelier } from '../cli.js'
import { metricsOf, small, train, type TrainResult } from './small.js'

describe('augmentation, end to end', function () {
  this.timeout(180_000)
  const cwd = mkdtempSync(join(tmpdir(), 'atelier-augmentation-'))
  after(() => rmSync(cwd, { recursive: true, force: true }))
  const words = [
    ...small,
    'model=cnn',
    'model.widths=[4,8]',
    'model.dense=16',
    'data.train_size=600',
    'augmentation=challenge',
    'augmentation.rand_augment.p=0.3',
    'augmentation.mixup.p=0.4',
    'augmentation.cutmix.p=0.4',
  ]
  let alone: TrainResult

  before(async () => {
    alone = await train([...words, 'data.num_workers=0', 'run.root=alone'], { cwd })
  })

  for (const workers of [1, 2, 4]) {
    it(`trains to the same bits with ${workers} loading threads as with none`, async () => {
      const root = `run.root=workers-${workers}`
      const run = await train([...words, `data.num_workers=${workers}`, root], { cwd })
      assert.equal(run.weight_hash, alone.weight_hash)
      assert.equal(metricsOf(run.path), metricsOf(alone.path))
    })
  }

  it('matters', async () => {
    const plain = await train([...words, 'augmentation=none', 'run.root=plain'], { cwd })
    assert.notEqual(plain.weight_hash, alone.weight_hash)
  })

  it('goes on to the same bits after Ctrl-C and kill -9 in the middle of an epoch', async () => {
    const long = [...words, 'trainer.epochs=16', 'data.num_workers=2']
    const whole = await train([...long, `run.root=whole`], { cwd })
    const root = join(cwd, 'stopped')
    const stop = (signal: NodeJS.Signals, after: number) => ({
      cwd,
      meanwhile: (child: ChildProcess) => void epochs(root, after).then(() => child.kill(signal)),
    })
    const stopped = await atelier(['train', ...long, `run.root=${root}`], stop('SIGINT', 2))
    assert.equal(stopped.code, 130, stopped.stderr)
    assert.doesNotMatch(stopped.stderr, /unhandled|thread that prepares/i)
    const [id] = readdirSync(join(root, 'default'))
    const resume = [`resume=${join(root, 'default', id!)}`]
    const killed = await atelier(['train', ...resume], stop('SIGKILL', 7))
    assert.equal(killed.signal, 'SIGKILL')
    const resumed = await train(resume, { cwd })
    assert.equal(resumed.weight_hash, whole.weight_hash)
    assert.equal(metricsOf(resumed.path), metricsOf(whole.path))
  })

  it('says where a range runs backwards', async () => {
    const word = 'augmentation.blur.size=[7,3]'
    const { code, stderr } = await atelier(['train', ...words, word], { cwd })
    assert.equal(code, 3)
    assert.match(stderr, /from 7 to 3/)
    assert.match(stderr, /augmentation\.blur\.size=\[7,3\]/)
  })

  /** Waits until a run has written this many epochs. */
  async function epochs(root: string, count: number): Promise<void> {
    for (let tries = 0; tries < 4000; tries++) {
      if (lines(root) > count) return
      await sleep(5)
    }
    throw new Error(`no ${count} epochs within twenty seconds`)
  }

  function lines(root: string): number {
    try {
      const [id] = readdirSync(join(root, 'default'))
      return readFileSync(join(root, 'default', id!, 'metrics.csv'), 'utf8').split('\n').length - 1
    } catch {
      return 0
    }
  }
})
