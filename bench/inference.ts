import { availableParallelism } from 'node:os'
import { Random } from '../src/core/random.js'
import { lookUp } from '../src/core/table.js'
import type { Engine } from '../src/engine/compile.js'
import { openEngine } from '../src/engine/engines.js'
import { createInference } from '../src/model/inference.js'
import { buildModel } from '../src/model/models.js'
import { median } from './median.js'
import { benchModels, configsOf, type BenchModel } from './models.js'
import { startPyTorch, type Peer } from './peer.js'

const rounds = 7
const batches = [1, 256] as const
const threads = Math.min(2, availableParallelism())

/** Milliseconds that a round should take, from which follows how often it predicts. */
const roundMilliseconds = 250

/** PyTorch's speed, or less where depthwise convolution and small filters are all there is. */
const goals: Readonly<Record<string, number>> = { mlp: 1, cnn: 1, resnet18: 1 }
const otherGoal = 0.8

/** Times prediction here and in PyTorch (evaluation mode, no gradients), in turns in one run. */
export async function benchInference(
  print: (line: string) => void,
  names: readonly string[],
): Promise<void> {
  const engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads })
  const peer = await startPyTorch(threads)
  const against = peer ? `PyTorch ${peer.version}` : 'PyTorch is not installed: no comparison'
  print(`inference, ${threads} threads, ONNX Runtime ${engine.facts.version}; ${against}`)
  for (const model of names.length > 0 ? names : Object.keys(benchModels)) {
    const facts = lookUp<BenchModel>(benchModels, model, 'model of the benchmark')
    for (const batch of batches) print(await compare({ engine, peer, model, facts, batch }))
  }
  peer?.stop()
  await engine.dispose()
}

interface Comparison {
  readonly engine: Engine
  readonly peer: Peer | undefined
  readonly model: string
  readonly facts: BenchModel
  readonly batch: number
}

async function compare({ engine, peer, model, facts, batch }: Comparison): Promise<string> {
  const network = buildModel(configsOf(facts).model, new Random(1))
  const inference = createInference({ model: network, engine })
  const stream = new Random(3)
  const size = facts.image.reduce((product, length) => product * length, batch)
  const x = Float32Array.from({ length: size }, () => stream.uniform())
  const ask = { model, batch, mode: 'infer' as const }
  const predict = async (repeats: number) => {
    const times: number[] = []
    for (let repeat = 0; repeat < repeats; repeat++) {
      const start = performance.now()
      await inference.logits(x, batch)
      times.push(performance.now() - start)
    }
    return times
  }
  const [, , once = 1] = await predict(3)
  const repeats = Math.min(300, Math.max(1, Math.round(roundMilliseconds / once)))
  await peer?.time({ ...ask, repeats: Math.min(3, repeats) })
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(median(await predict(repeats)))
    if (peer) theirs.push(median(await peer.time({ ...ask, repeats })))
  }
  await inference.dispose()
  network.dispose()
  return describe(`${model}, batch ${batch}`, ours, theirs, goals[model] ?? otherGoal)
}

function describe(title: string, ours: number[], theirs: number[], goal: number): string {
  const milliseconds = (times: number[]) =>
    `${median(times).toFixed(2)} ms (best ${Math.min(...times).toFixed(2)})`
  const own = `${title.padEnd(26)} ours ${milliseconds(ours)}`
  if (theirs.length === 0) return own
  const ratio = median(theirs.map((time, round) => time / (ours[round] ?? NaN)))
  return `${own}, PyTorch ${milliseconds(theirs)}: ${ratio.toFixed(2)}x its images/s (goal ${goal}x)`
}
