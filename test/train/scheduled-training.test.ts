import assert from 'node:assert/strict'
import { Random } from '../../src/core/random.js'
import type { Batches } from '../../src/data/batches.js'
import { inOrder } from '../../src/data/loader.js'
import type { Engine } from '../../src/engine/compile.js'
import { openEngine } from '../../src/engine/engines.js'
import { buildModel } from '../../src/model/models.js'
import { createProgram, type Program } from '../../src/model/program.js'
import { learningRate, momentumAt } from '../../src/model/schedules.js'
import { resolveSchedule } from '../../src/model/schedules/resolve.js'
import { weightHash } from '../../src/model/weights.js'
import type { ResolvedScheduler, RunSpec } from '../../src/spec/run-spec.js'
import { initialState } from '../../src/train/loop-state.js'
import { runLoop } from '../../src/train/loop.js'
import { exampleSpec } from '../fixtures.js'
import { mlpConfig } from '../model/configs.js'
import { optimizerConfig } from '../model/optimizer-configs.js'
import { lossConfig, schedulerConfig } from '../model/shipped-options.js'

const [epochs, steps, base] = [3, 3, 0.05]

const names = [
  'step',
  'exponential',
  'cosine',
  'cosine_warm_restarts',
  'one_cycle',
  'cyclic',
  'linear',
  'constant',
  'polynomial',
  'lambda',
  'plateau',
  'sequential',
  'chained',
] as const

/** Three batches of four, four and two images of 2x2 pixels. */
const batches: Batches = {
  steps,
  fill(_order, step) {
    const count = step === 2 ? 2 : 4
    const x = Float32Array.from({ length: count * 4 }, (_, i) => Math.sin(i * 3 + step))
    const y = Int32Array.from({ length: count }, (_, i) => (i + step) % 3)
    return { x, y, targets: null, indices: y, count }
  },
  close: () => undefined,
}

/** The validation losses that a plateau schedule sees; it has waited enough after the second. */
const valLosses = [1, 2, 2]

describe('training by a schedule', () => {
  let engine: Engine
  let unscheduled: string
  before(async () => {
    engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads: 1 })
    unscheduled = await hashAfter((program) => byLoop(program, specOf({ name: 'none' })))
  })
  after(() => engine.dispose())

  const optimizer = optimizerConfig('sgd', { lr: base, momentum: 0.9 })
  const loss = { ...lossConfig('cross_entropy'), class_weights: [1, 2, 0.5] }

  async function hashAfter(train: (program: Program) => Promise<void>): Promise<string> {
    const random = new Random(3)
    const config = mlpConfig({ hidden: [5], num_classes: 3, image_size: [2, 2] })
    const model = buildModel(config, random)
    const program = createProgram({ model, loss, optimizer, engine, random })
    await train(program)
    await program.read()
    const hash = weightHash(model)
    await program.dispose()
    model.dispose()
    return hash
  }

  function specOf(scheduler: ResolvedScheduler): RunSpec {
    const example = exampleSpec()
    return { ...example, optimizer, loss, scheduler, trainer: { ...example.trainer, epochs } }
  }

  async function byLoop(program: Program, spec: RunSpec): Promise<void> {
    const state = initialState()
    const end = await runLoop(
      {
        spec,
        program,
        loader: inOrder(batches),
        train: new Int32Array(10),
        random: new Random(1),
        validate: () => Promise.resolve({ loss: valLosses[state.epoch]!, accuracy: 0 }),
        observers: [],
        signal: new AbortController().signal,
        clock: () => 0,
      },
      state,
    )
    assert.equal(end, 'completed')
  }

  async function byHand(program: Program, { scheduler }: RunSpec): Promise<void> {
    assert.ok('interval' in scheduler)
    const unitOf = (step: number) =>
      scheduler.interval === 'step' ? step : Math.floor(step / steps)
    for (let step = 0; step < epochs * steps; step++) {
      const seen = valLosses.slice(0, Math.floor(step / steps))
      await program.trainStep(batches.fill(new Int32Array(10), step % steps), {
        learningRate: learningRate(scheduler, base, unitOf(step), seen),
        momentum: (at) => momentumAt(scheduler, unitOf(at)) ?? 0.9,
        step,
      })
    }
  }

  for (const name of names) {
    it(`takes the rates of ${name}`, async () => {
      const changes = name === 'plateau' ? { patience: 0 } : {}
      const scheduler = resolveSchedule(schedulerConfig(name, changes), {
        base,
        epochs,
        steps: epochs * steps,
        validated: true,
        hasMomentum: true,
        fail: (_path, message) => {
          throw new Error(message)
        },
      })
      const spec = specOf(scheduler)
      const hash = await hashAfter((program) => byLoop(program, spec))
      assert.equal(hash, await hashAfter((program) => byHand(program, spec)))
      // The first of its steps comes after ten epochs, so these three are as without it.
      assert.equal(hash === unscheduled, name === 'step')
    })
  }
})
