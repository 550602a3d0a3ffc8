import { availableParallelism } from 'node:os'
import { Random } from '../src/core/random.js'
import { openEngine } from '../src/engine/engines.js'
import type { Engine } from '../src/engine/compile.js'
import { buildModel } from '../src/model/models.js'
import { createProgram } from '../src/model/program.js'
import type { ResolvedModel } from '../src/spec/run-spec.js'
import { median } from './median.js'
import { startPyTorch } from './peer.js'

const shape = { num_classes: 10, in_channels: 1, image_size: [28, 28] } as const

const cases = [
  {
    model: 'mlp',
    batch: 64,
    repeats: 300,
    goal: 1.5,
    config: { name: 'mlp', hidden: [128], dropout: 0, init: 'keras', ...shape },
  },
  {
    model: 'cnn',
    batch: 64,
    repeats: 10,
    goal: 1,
    config: {
      name: 'cnn',
      widths: [32, 64],
      dense: 128,
      batch_norm: true,
      pooling: 'max',
      dropout: 0.5,
      init: 'pytorch',
      ...shape,
    },
  },
] as const

const rounds = 9
const threads = Math.min(2, availableParallelism())

/** Times training steps here and in PyTorch, in turns in one run, and prints medians and their ratio. */
export async function benchEngine(print: (line: string) => void): Promise<void> {
  const engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads })
  const peer = await startPyTorch(threads)
  const against = peer ? `PyTorch ${peer.version}` : 'PyTorch is not installed: no comparison'
  print(`training step, ${threads} threads, ONNX Runtime ${engine.facts.version}; ${against}`)
  for (const { model, batch, repeats, goal, config } of cases) {
    const step = prepareStep(engine, config as unknown as ResolvedModel, batch)
    await step(repeats)
    await peer?.time({ model, batch, repeats })
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < rounds; round++) {
      ours.push(median(await step(repeats)))
      if (peer) theirs.push(median(await peer.time({ model, batch, repeats })))
    }
    print(describe(`${model}, batch ${batch}`, ours, theirs, goal))
  }
  peer?.stop()
  await engine.dispose()
}

/** Runs steps and returns the milliseconds of each. */
function prepareStep(engine: Engine, config: ResolvedModel, batch: number) {
  const program = createProgram({
    model: buildModel(config, new Random(1)),
    loss: { name: 'cross_entropy' },
    optimizer: {
      name: 'adam',
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weight_decay: 0,
      amsgrad: false,
      maximize: false,
      groups: [],
    },
    engine,
    random: new Random(2),
  })
  const stream = new Random(3)
  const x = Float32Array.from({ length: batch * 28 * 28 }, () => stream.uniform())
  const y = Int32Array.from({ length: batch }, (_, index) => index % 10)
  let done = 0
  return async (repeats: number): Promise<number[]> => {
    const times: number[] = []
    for (let repeat = 0; repeat < repeats; repeat++) {
      const start = performance.now()
      await program.trainStep({ x, y, count: batch }, { learningRate: 1e-3, step: done++ })
      times.push(performance.now() - start)
    }
    return times
  }
}

function describe(title: string, ours: number[], theirs: number[], goal: number): string {
  const milliseconds = (times: number[]) =>
    `${median(times).toFixed(2)} ms (best ${Math.min(...times).toFixed(2)})`
  const own = `${title.padEnd(16)} ours ${milliseconds(ours)}`
  if (theirs.length === 0) return own
  const ratio = median(theirs.map((time, round) => time / (ours[round] ?? NaN)))
  return `${own}, PyTorch ${milliseconds(theirs)}: ${ratio.toFixed(2)}x its images/s (goal ${goal}x)`
}
