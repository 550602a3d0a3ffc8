import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { CompiledStep, Engine } from '../engine/compile.js'
import type { ResolvedLoss } from '../spec/run-spec.js'
import { lossOf, weightOf } from './losses.js'

/** A loss image by image, as evaluation adds it up. */
export interface ImageLosses {
  /** The loss of each image, from logits [count, classes] and labels; ignored ones have 0. */
  of(logits: Float32Array, labels: Int32Array): Promise<Float32Array>
  /** What the images count together: the sum of their losses over this is the mean that training minimizes. */
  weightOf(labels: Int32Array): number
  dispose(): Promise<void>
}

/** The loss that a config names, on an engine; each batch size is compiled when it first comes. */
export function createImageLosses(config: ResolvedLoss, engine: Engine): ImageLosses {
  const loss = lossOf(config)
  const steps = new Map<number, CompiledStep>()

  async function compile(count: number, classes: number): Promise<CompiledStep> {
    const step = await engine.compile(
      ({ logits, labels }) => ({ losses: loss.each(logits as Tensor2D, labels as Tensor1D) }),
      {
        inputs: {
          logits: { shape: [count, classes], dtype: 'float32' },
          labels: { shape: [count], dtype: 'int32' },
        },
        state: [],
      },
    )
    steps.set(count, step)
    return step
  }

  return {
    async of(logits, labels) {
      const count = labels.length
      const step = steps.get(count) ?? (await compile(count, logits.length / count))
      const { losses } = await step.run({ logits, labels })
      return losses as Float32Array
    },
    weightOf: weightOf(config),
    async dispose() {
      for (const step of steps.values()) await step.dispose()
      steps.clear()
      loss.dispose()
    },
  }
}
