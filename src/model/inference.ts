import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { CompiledStep, Engine, InputSpec } from '../engine/compile.js'
import { weightsOf } from './variables.js'
import type { WeightAverage } from './weight-average.js'

/** A model that only predicts. */
export interface Inference {
  /** Logits [count, classes] of images [count, height, width, channels], in inference mode. */
  logits(x: Float32Array, count: number): Promise<Float32Array>
  /** Copies the model's variables into the engine: after they were restored. */
  write(): Promise<void>
  dispose(): Promise<void>
}

/** Prepares a model for prediction, by its averaged weights if given; each batch size is compiled when it first comes. */
export function createInference(options: {
  model: LayersModel
  engine: Engine
  average?: WeightAverage | null
}): Inference {
  const { model, engine, average = null } = options
  const weights = weightsOf(model).map(({ variable }) => variable)
  const state = [...weights, ...(average ? average.variables : [])]
  const steps = new Map<number, CompiledStep>()
  const predict = ({ x }: Record<string, Tensor>) => {
    const logits = () => model.apply(x as Tensor) as Tensor
    return { logits: average ? average.inPlace(logits) : logits() }
  }

  return {
    async logits(x, count) {
      let step = steps.get(count)
      if (step === undefined) {
        step = await engine.compile(predict, { inputs: { x: imageSpec(model, count) }, state })
        steps.set(count, step)
      }
      const { logits } = await step.run({ x })
      return logits as Float32Array
    },
    async write() {
      for (const step of steps.values()) await step.write()
    },
    async dispose() {
      for (const step of steps.values()) await step.dispose()
      steps.clear()
    },
  }
}

/** The input of a step for `count` images. */
export function imageSpec(model: LayersModel, count: number): InputSpec {
  const [, ...shape] = model.inputs[0]?.shape as [null, ...number[]]
  return { shape: [count, ...shape], dtype: 'float32' }
}
