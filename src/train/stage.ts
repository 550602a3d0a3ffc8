import type { LayersModel } from '@tensorflow/tfjs-layers'
import { createBatches, type Batches, type BatchSource } from '../data/batches.js'
import { labelsOf } from '../data/labels.js'
import { openLoader, type Loader } from '../data/loader.js'
import { isMixed } from '../data/mix.js'
import type { Plan } from './plan.js'

/** What the loop trains, and the batches it trains it on: the whole model on images, or its end on cached features. */
export interface Stage {
  /** It has the weights of the plan's model, or some of them. */
  readonly model: LayersModel
  /** The training batches of these images of the training part. */
  loader(indices: Int32Array): Loader
  /** Batches of the validation images, by their indices in the training part. */
  validation(indices: Int32Array): Batches
  /** Makes the batches ready, once the model has the weights that training starts from; false if the user interrupts. */
  prepare(): Promise<boolean>
  /** To be called before the plan's model is disposed of. */
  dispose(): void
}

/** The whole model, on images. */
export function imageStage(plan: Plan): Stage {
  const { spec, model } = plan
  return {
    model,
    loader: (indices) => openLoader(trainingImages(plan, indices), spec.data.num_workers),
    validation: (indices) =>
      createBatches({
        ...trainingImages(plan, indices),
        augmentation: spec.augmentation.augment_validation ? spec.augmentation : null,
        mix: null,
        lastBatch: 'keep',
      }),
    prepare: () => Promise.resolve(true),
    dispose: () => undefined,
  }
}

/** Images of the training part as the run trains on them. */
export function trainingImages(
  { spec, data, labels }: Pick<Plan, 'spec' | 'data' | 'labels'>,
  { length: total }: Int32Array,
): BatchSource {
  const { images, labels: classes } = data.splits.train
  const { mixup, cutmix } = spec.augmentation
  return {
    images,
    labels: labelsOf(labels, classes),
    total,
    normalization: spec.normalization,
    augmentation: spec.augmentation,
    mix: isMixed(spec.augmentation) ? { mixup, cutmix, classes: labels.names.length } : null,
    seed: spec.seed,
    batchSize: spec.data.batch_size,
    lastBatch: spec.data.last_batch,
  }
}
