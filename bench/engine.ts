import { availableParallelism } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { Random } from '../src/core/random.js'
import { lookUp } from '../src/core/table.js'
import { openEngine } from '../src/engine/engines.js'
import type { Engine } from '../src/engine/compile.js'
import { buildModel } from '../src/model/models.js'
import { createProgram } from '../src/model/program.js'
import { median } from './median.js'
import { benchModels, configsOf, type BenchModel } from './models.js'
import { startPyTorch } from './peer.js'

const rounds = 9
const threads = Math.min(2, availableParallelism())

/**
 * Times training steps here and in PyTorch, in turns in one run, and prints medians and their ratio; of all models, or
 * of those named.
 */
export async function benchEngine(
  print: (line: string) => void,
  names: readonly string[],
): Promise<void> {
  const engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads })
  const peer = await startPyTorch(threads)
  const against = peer ? `PyTorch ${peer.version}` : 'PyTorch is not installed: no comparison'
  print(`training step, ${threads} threads, ONNX Runtime ${engine.facts.version}; ${against}`)
  for (const model of names.length > 0 ? names : Object.keys(benchModels)) {
    const facts = lookUp<BenchModel>(benchModels, model, 'model of the benchmark')
    const { batch, repeats, goal } = facts
    const { step, dispose } = prepareStep(engine, facts)
    await step(repeats)
    await peer?.time({ model, batch, repeats })
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < rounds; round++) {
      await settle()
      ours.push(await typical(step, repeats))
      await settle()
      if (peer)
        theirs.push(await typical((count) => peer.time({ model, batch, repeats: count }), repeats))
    }
    print(describe(`${model}, batch ${batch}`, ours, theirs, goal))
    await dispose()
  }
  peer?.stop()
  await engine.dispose()
}

/** The median of some steps, after one that brings the weights back into the caches. */
async function typical(
  step: (repeats: number) => Promise<number[]>,
  repeats: number,
): Promise<number> {
  const [, ...times] = await step(repeats + 1)
  return median(times)
}

/** The threads of both sides spin for some 40 ms after their last step, and would take time from the other's first. */
async function settle(): Promise<void> {
  await setTimeout(100)
}

/** Runs steps and returns the milliseconds of each. */
export function prepareStep(engine: Engine, facts: BenchModel) {
  const { batch, image } = facts
  const { model, loss, optimizer } = configsOf(facts)
  const program = createProgram({
    model: buildModel(model, new Random(1)),
    loss,
    optimizer,
    engine,
    random: new Random(2),
  })
  const stream = new Random(3)
  const size = image.reduce((product, length) => product * length, batch)
  const x = Float32Array.from({ length: size }, () => stream.uniform())
  const y = Int32Array.from({ length: batch }, (_, index) => index % 10)
  let done = 0
  return {
    dispose: () => program.dispose(),
    step: async (repeats: number): Promise<number[]> => {
      const times: number[] = []
      for (let repeat = 0; repeat < repeats; repeat++) {
        const start = performance.now()
        await program.trainStep({ x, y, count: batch }, { learningRate: 1e-3, step: done++ })
        times.push(performance.now() - start)
      }
      return times
    },
  }
}

function describe(title: string, ours: number[], theirs: number[], goal: number): string {
  const milliseconds = (times: number[]) =>
    `${median(times).toFixed(2)} ms (best ${Math.min(...times).toFixed(2)})`
  const own = `${title.padEnd(24)} ours ${milliseconds(ours)}`
  if (theirs.length === 0) return own
  const ratio = median(theirs.map((time, round) => time / (ours[round] ?? NaN)))
  return `${own}, PyTorch ${milliseconds(theirs)}: ${ratio.toFixed(2)}x its images/s (goal ${goal}x)`
}
