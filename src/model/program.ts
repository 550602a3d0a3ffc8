import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Random } from '../core/random.js'
import type { CompiledStep, Engine } from '../engine/compile.js'
import type { LossConfig, OptimizerConfig } from '../spec/types.gen.js'
import { createDropoutMasks, type DropoutMasks } from './dropout-masks.js'
import { createInference, imageSpec } from './inference.js'
import { lossOf } from './losses.js'
import { createOptimizer } from './optimizers.js'
import type { Moment } from './optimizers/rule.js'
import { trainFunction } from './train-function.js'
import { trainableWeightsOf, weightsOf, type NamedVariable } from './variables.js'

/** Images [count, height, width, channels], row-major, and their class indices [count]. */
export interface Batch {
  readonly x: Float32Array
  readonly y: Int32Array
  readonly count: number
}

/** A model on an engine: it trains step by step, predicts, and hands its weights over. */
export interface Program {
  readonly model: LayersModel
  /** One update; `loss` is the batch's mean before it, `correct` the number of right predictions. Steps count from 0. */
  trainStep(batch: Batch, at: Moment): Promise<{ loss: number; correct: number }>
  /** Logits [count, classes] in inference mode, with the current weights. */
  logits(x: Float32Array, count: number): Promise<Float32Array>
  /** Brings the current weights and slots into the variables: before saving or hashing. */
  read(): Promise<void>
  /** Brings the variables into the engine: after they were restored. */
  write(): Promise<void>
  readonly optimizerState: readonly NamedVariable[]
  dispose(): Promise<void>
}

/** A compiled step; all of them share their state, so one speaks for all in `read` and `write`. */
interface TrainStep {
  readonly step: CompiledStep
  readonly masks: DropoutMasks
}

/** Joins model, loss, optimizer and engine. Each batch size is compiled once, when it first comes. */
export function createProgram(options: {
  model: LayersModel
  loss: LossConfig
  optimizer: OptimizerConfig
  engine: Engine
  random: Random
}): Program {
  const { model, engine, random } = options
  const optimizer = createOptimizer(options.optimizer, trainableWeightsOf(model))
  const inference = createInference({ model, engine })
  const train = trainFunction(model, lossOf(options.loss), optimizer)
  const state = [...weightsOf(model), ...optimizer.state].map(({ variable }) => variable)
  const scalars = scalarFeeds(Object.keys(optimizer.scalars({ learningRate: 0, step: 0 })))
  const steps = new Map<number, TrainStep>()

  async function compile(count: number): Promise<TrainStep> {
    const masks = createDropoutMasks(model, count, random)
    const inputs = {
      x: imageSpec(model, count),
      y: { shape: [count], dtype: 'int32' as const },
      ...masks.inputs,
      ...scalars.inputs,
    }
    return { step: await engine.compile(train, { inputs, state }), masks }
  }

  return {
    model,
    optimizerState: optimizer.state,
    async trainStep({ x, y, count }, at) {
      let prepared = steps.get(count)
      if (prepared === undefined) {
        prepared = await compile(count)
        steps.set(count, prepared)
      }
      const feeds = {
        x,
        y,
        ...prepared.masks.draw(at.step),
        ...scalars.fill(optimizer.scalars(at)),
      }
      const { loss, logits } = await prepared.step.run(feeds)
      return {
        loss: (loss as Float32Array)[0] as number,
        correct: correctOf(logits as Float32Array, y),
      }
    },
    logits: (x, count) => inference.logits(x, count),
    async read() {
      const [any] = steps.values()
      await any?.step.read()
    },
    async write() {
      const [any] = steps.values()
      await (any === undefined ? inference.write() : any.step.write())
    },
    async dispose() {
      for (const { step } of steps.values()) await step.dispose()
      steps.clear()
      await inference.dispose()
      optimizer.dispose()
    },
  }
}

/** Numbers that change each step, in buffers that are reused. */
function scalarFeeds(names: readonly string[]) {
  const feeds = Object.fromEntries(names.map((name) => [name, new Float32Array(1)]))
  return {
    inputs: Object.fromEntries(
      names.map((name) => [name, { shape: [], dtype: 'float32' as const }]),
    ),
    fill(values: Readonly<Record<string, number>>) {
      for (const name of names) (feeds[name] as Float32Array)[0] = values[name] as number
      return feeds
    },
  }
}

/** Rows whose largest logit is the label's; the lower class wins a tie. */
function correctOf(logits: Float32Array, labels: Int32Array): number {
  const classes = logits.length / labels.length
  let correct = 0
  for (let row = 0; row < labels.length; row++) {
    const start = row * classes
    let best = start
    for (let i = start + 1; i < start + classes; i++) {
      if ((logits[i] as number) > (logits[best] as number)) best = i
    }
    if (best - start === labels[row]) correct += 1
  }
  return correct
}
