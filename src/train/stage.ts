import type { LayersModel } from '@tensorflow/tfjs-layers'
import { lookUp } from '../core/table.js'
import { createBatches, type Batches } from '../data/batches.js'
import { normalizations } from '../data/normalize.js'
import type { Plan } from './plan.js'

/** What the loop trains, and the batches it trains it on: the whole model on images, or its end on cached features. */
export interface Stage {
  /** It has the weights of the plan's model, or some of them. */
  readonly model: LayersModel
  /** Batches of images of the training part, by their indices there. */
  batches(indices: Int32Array, lastBatch: 'keep' | 'drop'): Batches
  /** Makes the batches ready, once the model has the weights that training starts from; false if the user interrupts. */
  prepare(): Promise<boolean>
  /** To be called before the plan's model is disposed of. */
  dispose(): void
}

/** The whole model, on images. */
export function imageStage(plan: Plan): Stage {
  const { spec, data, labels, model } = plan
  return {
    model,
    batches: (indices, lastBatch) =>
      createBatches({
        part: data.splits.train,
        indices,
        labelMap: labels.map,
        normalization: lookUp(normalizations, spec.normalization.name, 'normalization'),
        shape: data.shape,
        batchSize: spec.data.batch_size,
        lastBatch,
      }),
    prepare: () => Promise.resolve(true),
    dispose: () => undefined,
  }
}
