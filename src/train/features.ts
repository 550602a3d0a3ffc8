import { setImmediate as turn } from 'node:timers/promises'
import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import { createBatches } from '../data/batches.js'
import { inOrder } from '../data/loader.js'
import type { Engine } from '../engine/compile.js'
import { cutOf, splitAt, type SplitModel } from '../model/cut.js'
import { createInference } from '../model/inference.js'
import { weightHash } from '../model/weights.js'
import { atelierVersion } from '../spec/environment.js'
import { featureBatches } from './feature-batches.js'
import { openFeatureCache } from './feature-cache.js'
import type { Plan } from './plan.js'
import { trainingImages, type Stage } from './stage.js'
import type { TrainContext } from './train.js'

/** Images that go through the frozen layers at once: the same whatever the batch size of training, as for the cache. */
const batchSize = 128

/**
 * The trained end of a model, on features of the training part that are computed once: they come from the cache
 * directory, or go there.
 */
export function featureStage(plan: Plan, engine: Engine, context: TrainContext): Stage {
  const { spec, data, labels, model } = plan
  const split = splitAt(model, cutOf(model) as SymbolicTensor)
  const part = data.splits.train
  const values = new Float32Array(part.count * valuesPerImage(split))
  const source = { values, part, labelMap: labels.map, batchSize: spec.data.batch_size }
  return {
    model: split.head,
    loader: (indices) =>
      inOrder(featureBatches({ ...source, indices, lastBatch: spec.data.last_batch })),
    validation: (indices) => featureBatches({ ...source, indices, lastBatch: 'keep' }),
    async prepare() {
      const cache = openFeatureCache(context, await identityOf(plan, split, engine))
      if (await cache.read(values)) {
        context.log.info('The features of the frozen layers are in the cache')
        return true
      }
      if (!(await compute(plan, split, values, engine, context))) return false
      await cache.write(values)
      return true
    },
    dispose: () => void split.head.dispose(),
  }
}

/** Everything that decides about the values: what is equal here has equal bits on the same processor features. */
async function identityOf(plan: Plan, { features }: SplitModel, engine: Engine): Promise<unknown> {
  const { spec, data } = plan
  return {
    network: features.toJSON(undefined, false) as unknown,
    weights: weightHash(features),
    data: data.fingerprint,
    normalization: spec.normalization,
    engine: engine.facts,
    atelier: await atelierVersion(),
    batch_size: batchSize,
  }
}

/** Runs the frozen layers over all images, in inference mode; false if the user interrupts. */
async function compute(
  plan: Plan,
  split: SplitModel,
  values: Float32Array,
  engine: Engine,
  context: TrainContext,
): Promise<boolean> {
  const { data } = plan
  const { count } = data.splits.train
  const order = Int32Array.from({ length: count }, (_, index) => index)
  const batches = createBatches({
    ...trainingImages(plan, order),
    augmentation: null,
    mix: null,
    batchSize,
    lastBatch: 'keep',
  })
  const inference = createInference({ model: split.features, engine })
  context.log.info(`Computing what the frozen layers make of ${count} images, once`)
  context.progress.start('features', count)
  try {
    for (let step = 0; step < batches.steps; step++) {
      await turn()
      if (context.signal.aborted) return false
      const batch = batches.fill(order, step)
      const features = await inference.logits(batch.x, batch.count)
      values.set(features, step * batchSize * valuesPerImage(split))
      context.progress.update(step * batchSize + batch.count, '')
    }
    return true
  } finally {
    context.progress.stop()
    await inference.dispose()
  }
}

function valuesPerImage({ features }: SplitModel): number {
  return (features.outputShape.slice(1) as number[]).reduce((product, size) => product * size, 1)
}
