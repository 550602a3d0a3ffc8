import assert from 'node:assert/strict'
import { inOrder } from '../../src/data/loader.js'
import { Random } from '../../src/core/random.js'
import type { Moment } from '../../src/model/optimizers/rule.js'
import type { Program } from '../../src/model/program.js'
import { learningRate } from '../../src/model/schedules.js'
import { resolveSchedule } from '../../src/model/schedules/resolve.js'
import type { RunSpec } from '../../src/spec/run-spec.js'
import type { SchedulerConfig } from '../../src/spec/types.gen.js'
import { runLoop, type LoopParts } from '../../src/train/loop.js'
import { initialState, type LoopState } from '../../src/train/loop-state.js'
import { exampleSpec } from '../fixtures.js'
import { plainCrossEntropy } from '../model/configs.js'
import { schedulerConfig } from '../model/shipped-options.js'

const [epochs, steps, base] = [6, 4, 0.1]

/** What a program is told, in plain numbers. */
interface Told {
  readonly step: number
  readonly learningRate: number
  readonly tenfold: number | undefined
  readonly momentum: number | undefined
}

function specWith(scheduler: SchedulerConfig, changes: Partial<RunSpec> = {}): RunSpec {
  const facts = {
    base,
    epochs,
    steps: epochs * steps,
    validated: true,
    hasMomentum: true,
    fail: (_path: string, message: string) => {
      throw new Error(message)
    },
  }
  const example = exampleSpec()
  return {
    ...example,
    optimizer: { ...example.optimizer, lr: base },
    trainer: { ...example.trainer, epochs },
    scheduler: resolveSchedule(scheduler, facts),
    ...changes,
  }
}

/** Two batches of four images, one of two, and one of three, whose labels count up. */
const sizes = [4, 4, 2, 3]
const loader = inOrder({
  steps,
  fill(_order, step) {
    const count = sizes[step]!
    const y = Int32Array.from({ length: count }, (_, index) => (step + index) % 3)
    return { x: new Float32Array(count), y, targets: null, indices: new Int32Array(count), count }
  },
  close: () => undefined,
})

/** Runs the loop from a state with a program that only listens; the losses of epochs rise and fall. */
async function listen(
  spec: RunSpec,
  state: LoopState,
  { until = Infinity, loss = (step: number) => 1 / (step + 1) } = {},
): Promise<{ told: Told[]; end: string }> {
  const told: Told[] = []
  const stop = new AbortController()
  const program = {
    trainStep(_batch: unknown, { step, learningRate, learningRateOf, momentum }: Moment) {
      told.push({
        step,
        learningRate,
        tenfold: learningRateOf?.(base * 10),
        momentum: momentum?.(step),
      })
      if (told.length >= until) stop.abort()
      return Promise.resolve({ loss: loss(step), correct: 1 })
    },
  } as unknown as Program
  const parts: LoopParts = {
    spec,
    program,
    loader,
    train: new Int32Array(13),
    random: new Random(1),
    validate: () => Promise.resolve({ loss: [1, 2, 3, 1, 1, 1][state.epoch]!, accuracy: 0.5 }),
    observers: [],
    signal: stop.signal,
    clock: () => 0,
  }
  return { end: await runLoop(parts, state), told }
}

const schedules: Readonly<Record<string, SchedulerConfig>> = {
  none: { name: 'none' },
  step: schedulerConfig('step', { step_size: 2 }),
  'step by step': schedulerConfig('step', { step_size: 5, interval: 'step' }),
  multi_step: schedulerConfig('multi_step', { milestones: '2-2-4' }),
  exponential: schedulerConfig('exponential'),
  cosine: schedulerConfig('cosine'),
  'cosine by step': schedulerConfig('cosine', { interval: 'step' }),
  cosine_warm_restarts: schedulerConfig('cosine_warm_restarts', { t_0: 2, t_mult: 2 }),
  one_cycle: schedulerConfig('one_cycle'),
  cyclic: schedulerConfig('cyclic', { step_size_up: 3, step_size_down: 4 }),
  linear: schedulerConfig('linear'),
  constant: schedulerConfig('constant'),
  polynomial: schedulerConfig('polynomial'),
  lambda: schedulerConfig('lambda', { warmup: 3, interval: 'step' }),
  plateau: schedulerConfig('plateau', { patience: 0 }),
  sequential: schedulerConfig('sequential'),
  'chained by step': schedulerConfig('chained', { interval: 'step' }),
}

describe('training loop', () => {
  for (const [name, scheduler] of Object.entries(schedules)) {
    it(`goes on with the same rates from any step: ${name}`, async () => {
      const spec = specWith(scheduler)
      const unbroken = await listen(spec, initialState())
      assert.deepEqual([unbroken.end, unbroken.told.length], ['completed', epochs * steps])
      for (const until of [3, 8, 17]) {
        const state = initialState()
        const before = await listen(spec, state, { until })
        assert.equal(before.end, 'interrupted')
        const restored = JSON.parse(JSON.stringify(state)) as LoopState
        const after = await listen(spec, restored)
        assert.deepEqual([...before.told, ...after.told], unbroken.told)
      }
    })
  }

  it('asks a schedule by epoch for each epoch, and one by step for each update', async () => {
    const rates = async (scheduler: SchedulerConfig, accumulate: number) => {
      const { trainer } = specWith(scheduler)
      const spec = specWith(scheduler, { trainer: { ...trainer, accumulate } })
      const { told } = await listen(spec, initialState())
      const unit = (rate: number) => Math.round(Math.log(base / rate) / -Math.log(0.95))
      return told.map(({ learningRate }) => unit(learningRate)).slice(0, 9)
    }
    const byEpoch = schedulerConfig('exponential')
    assert.deepEqual(await rates(byEpoch, 1), [0, 0, 0, 0, 1, 1, 1, 1, 2])
    const byStep = schedulerConfig('exponential', { interval: 'step' })
    assert.deepEqual(await rates(byStep, 1), [0, 1, 2, 3, 4, 5, 6, 7, 8])
    assert.deepEqual(await rates(byStep, 3), [0, 0, 0, 1, 2, 2, 2, 3, 4])
  })

  it('lowers the rate when the validation loss has stopped falling', async () => {
    const state = initialState()
    await listen(specWith(schedulerConfig('plateau', { patience: 1, factor: 0.5 })), state)
    const rates = state.history.map(({ learning_rate }) => learning_rate)
    assert.deepEqual(rates, [0.1, 0.1, 0.1, 0.05, 0.05, 0.025])
  })

  it('gives parameters with a base rate of their own theirs, and all the momentum of the cycle', async () => {
    const spec = specWith(schedules['cosine']!)
    const { told } = await listen(spec, initialState())
    assert.equal(told[9]!.tenfold, learningRate(spec.scheduler, base * 10, 2))
    assert.equal(told[9]!.momentum, undefined)
    const cycle = await listen(specWith(schedules['one_cycle']!), initialState())
    const momenta = cycle.told.map(({ momentum }) => momentum!)
    assert.deepEqual([momenta[0], momenta.at(-1)], [0.95, 0.95])
    assert.ok(Math.min(...momenta) < 0.86)
  })

  it("books the rate of an epoch's start, and the mean loss over all its images", async () => {
    const state = initialState()
    await listen(specWith(schedules['cosine by step']!), state, { loss: (step) => step % steps })
    const [first, second] = state.history
    assert.equal(first!.learning_rate, base)
    assert.equal(second!.learning_rate, (base * (1 + Math.cos((Math.PI * 4) / 24))) / 2)
    assert.equal(first!.train_loss, (0 * 4 + 1 * 4 + 2 * 2 + 3 * 3) / 13)
  })

  it('weighs images by their class where the loss does', async () => {
    const class_weights = [1, 2, 0]
    const loss = { ...plainCrossEntropy, class_weights }
    const state = initialState()
    const spec = specWith({ name: 'none' }, { loss })
    await listen(spec, state, { loss: (step) => (step % steps === 2 ? NaN : step % steps) })
    // The labels are 0120, 1201, 20 and 012; the third batch weighs 1 and would have shown its NaN.
    assert.equal(state.history.length, 0)
    const shown = initialState()
    await listen(spec, shown, { loss: (step) => step % steps })
    assert.equal(shown.history[0]!.train_loss, (0 * 4 + 1 * 5 + 2 * 1 + 3 * 3) / 13)
  })

  it('passes over batches in which nothing counts', async () => {
    const loss = { ...plainCrossEntropy, class_weights: [0, 1, 0] }
    const state = initialState()
    const spec = specWith({ name: 'none' }, { loss })
    const { end } = await listen(spec, state, { loss: (step) => (step % steps === 2 ? NaN : 1) })
    assert.equal(end, 'completed')
    assert.equal(state.history[0]!.train_loss, 1)
  })
})
