import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Random } from '../core/random.js'
import type { CompiledStep, Engine } from '../engine/compile.js'
import type { ResolvedLoss } from '../spec/run-spec.js'
import type { OptimizerConfig, TrainerConfig } from '../spec/types.gen.js'
import { updateOf, type Accumulation } from './accumulation.js'
import { createDropoutMasks, type DropoutMasks } from './dropout-masks.js'
import { createInference, imageSpec } from './inference.js'
import { lossOf, weightOf } from './losses.js'
import { encodeOptimizerState, restoreOptimizerState } from './optimizer-state.js'
import type { Moment } from './optimizers/rule.js'
import { trainFunction } from './train-function.js'
import { createUpdater } from './updater.js'
import { weightsOf, type NamedVariable } from './variables.js'
import { createWeightAverage } from './weight-average.js'

/** Images [count, height, width, channels], row-major, and their class indices [count]. */
export interface Batch {
  readonly x: Float32Array
  readonly y: Int32Array
  /** What a program of shares trains towards, [count, classes]; `y` has the largest ones then. */
  readonly targets?: Float32Array | null
  readonly count: number
}

/** A model on an engine: it trains step by step, predicts, and hands its weights over. */
export interface Program {
  readonly model: LayersModel
  /**
   * One step; `loss` is the batch's mean before it, `correct` the number of right predictions. `step` counts batches from
   * 0, while the rates of a moment are those of the update that the batch belongs to (`updateOf`).
   */
  trainStep(batch: Batch, at: Moment): Promise<{ loss: number; correct: number }>
  /** Logits [count, classes] in inference mode, with the current weights, averaged if there is an average. */
  logits(x: Float32Array, count: number): Promise<Float32Array>
  /** Brings the current weights and the rest of the state into the variables: before saving or hashing. */
  read(): Promise<void>
  /** Brings the variables into the engine: after they were restored. */
  write(): Promise<void>
  /** Runs something while the model's variables hold the weights that `logits` uses; read the program first. */
  evaluated<T>(run: () => T): T
  /** What goes on training needs beside the evaluated weights, as a safetensors file; read the program first. */
  encodeState(): Uint8Array
  /** Takes such a file, after the evaluated weights were put into the model; write the program then. */
  restoreState(file: Uint8Array): void
  dispose(): Promise<void>
}

/** A compiled step; all of them share their state, so one speaks for all in `read` and `write`. */
interface TrainStep {
  readonly step: CompiledStep
  readonly masks: DropoutMasks
  readonly scalars: ReturnType<typeof scalarFeeds>
}

/** How updates follow from batches: parts of the trainer's config, and the batches of an epoch. */
export type UpdateOptions = Accumulation & Pick<TrainerConfig, 'gradient_clipping' | 'ema'>

/** Each batch is an update, with nothing beside the optimizer. */
const plainUpdates: UpdateOptions = {
  accumulate: 1,
  stepsPerEpoch: 1,
  gradient_clipping: { value: null, norm: null, norm_type: 2 },
  ema: { decay: null, warm_up: true },
}

/** Joins model, loss, optimizer and engine. Each batch size is compiled once, when it first comes. */
export function createProgram(options: {
  model: LayersModel
  loss: ResolvedLoss
  optimizer: OptimizerConfig
  updates?: UpdateOptions
  /** Whether targets are shares of all classes; the loss must take them. */
  ofShares?: boolean
  engine: Engine
  random: Random
}): Program {
  const { model, optimizer, updates = plainUpdates, ofShares = false, engine, random } = options
  const average = createWeightAverage(model, updates.ema)
  const updater = createUpdater({ model, optimizer, trainer: updates, average })
  const inference = createInference({ model, engine, average })
  const loss = lossOf(options.loss)
  const kept = [...updater.state, ...(average ? average.weights.map(rawWeight) : [])]
  const state = [
    ...[...weightsOf(model), ...updater.state].map(({ variable }) => variable),
    ...(average ? average.variables : []),
  ]
  const weigh = weightOf(options.loss, ofShares)
  const steps = new Map<string, TrainStep>()

  async function compile(count: number, completes: boolean): Promise<TrainStep> {
    const masks = createDropoutMasks(model, count, random)
    const scalars = scalarFeeds(updater.inputs(completes))
    const inputs = {
      x: imageSpec(model, count),
      y: ofShares ? sharesSpec(model, count) : { shape: [count], dtype: 'int32' as const },
      ...masks.inputs,
      ...scalars.inputs,
    }
    const train = trainFunction({ model, loss, updater, completes })
    return { step: await engine.compile(train, { inputs, state }), masks, scalars }
  }

  async function prepare(count: number, completes: boolean): Promise<TrainStep> {
    // Updates come first, as the engine lays the state out for the first step that it compiles.
    if (!completes && steps.size === 0) await prepare(count, true)
    const key = `${count} ${completes}`
    const known = steps.get(key)
    if (known !== undefined) return known
    const fresh = await compile(count, completes)
    steps.set(key, fresh)
    return fresh
  }

  return {
    model,
    async trainStep({ x, y, targets, count }, at) {
      const { update, completes } = updateOf(at.step, updates)
      const { step, masks, scalars } = await prepare(count, completes)
      const numbers = updater.scalars({ ...at, step: update }, weigh(y))
      const goal = ofShares ? (targets as Float32Array) : y
      const feeds = { x, y: goal, ...masks.draw(at.step), ...scalars.fill(numbers) }
      const outputs = await step.run(feeds)
      return {
        loss: (outputs['loss'] as Float32Array)[0] as number,
        correct: correctOf(outputs['logits'] as Float32Array, y),
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
    evaluated: (run) => (average ? average.inPlace(run) : run()),
    encodeState: () => encodeOptimizerState(kept),
    restoreState(file) {
      average?.adopt()
      restoreOptimizerState(kept, file)
    },
    async dispose() {
      for (const { step } of steps.values()) await step.dispose()
      steps.clear()
      await inference.dispose()
      updater.dispose()
      average?.dispose()
      loss.dispose()
    },
  }
}

/** The name under which a weight is saved that the model file has the average of. */
function rawWeight({ name, variable }: NamedVariable): NamedVariable {
  return { name: `weight/${name}`, variable }
}

function sharesSpec(model: LayersModel, count: number) {
  const [output] = model.outputs
  return { shape: [count, output?.shape.at(-1) as number], dtype: 'float32' as const }
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
