import { stepsPerEpoch, type Batches } from '../data/batches.js'
import type { Part } from '../data/data-set.js'

/** Where batches of features come from and how they are cut. */
export interface FeatureSource {
  /** The features of every image of the part, in its order. */
  readonly values: Float32Array
  readonly part: Part
  /** Class to label. */
  readonly labelMap: Int32Array
  /** Images of the part to use; their number decides the number of steps. */
  readonly indices: Int32Array
  readonly batchSize: number
  readonly lastBatch: 'keep' | 'drop'
}

/** Cuts an order of images into batches as `createBatches` does, with the features in place of the pixels. */
export function featureBatches(source: FeatureSource): Batches {
  const { values, part, labelMap, batchSize, lastBatch } = source
  const total = source.indices.length
  const size = values.length / part.count
  const x = new Float32Array(Math.min(batchSize, total) * size)
  const y = new Int32Array(Math.min(batchSize, total))
  return {
    steps: stepsPerEpoch(total, batchSize, lastBatch),
    fill(order, step) {
      const indices = order.subarray(step * batchSize, Math.min((step + 1) * batchSize, total))
      const count = indices.length
      for (let k = 0; k < count; k++) {
        const image = indices[k] as number
        x.set(values.subarray(image * size, (image + 1) * size), k * size)
        y[k] = labelMap[part.labels[image] as number] as number
      }
      const views = { x: x.subarray(0, count * size), y: y.subarray(0, count) }
      return { ...views, targets: null, indices, count }
    },
    close: () => undefined,
  }
}
