import { AppError } from '../core/errors.js'
import type { Random } from '../core/random.js'
import type { Part } from './data-set.js'
import type { Normalization } from './normalize.js'

/** Where batches come from and how they are cut. */
export interface BatchSource {
  readonly part: Part
  /** Images of the part to use; their number decides the number of steps. */
  readonly indices: Int32Array
  /** Class to label. */
  readonly labelMap: Int32Array
  readonly normalization: Normalization
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number]
  readonly batchSize: number
  readonly lastBatch: 'keep' | 'drop'
}

/** One batch. The arrays are views of buffers that the next call overwrites. */
interface Batch {
  /** `[count, height, width, channels]`. */
  readonly x: Float32Array
  /** Labels, `[count]`. */
  readonly y: Int32Array
  /** Indices in the part, `[count]`. */
  readonly indices: Int32Array
  readonly count: number
}

/** Cuts an order of images into batches and fills them one at a time, always into the same buffers. */
export interface Batches {
  readonly steps: number
  fill(order: Int32Array, step: number): Batch
}

/** Prepares the buffers of one batch. */
export function createBatches(source: BatchSource): Batches {
  const { part, labelMap, normalization, batchSize, lastBatch } = source
  const total = source.indices.length
  const steps = stepsPerEpoch(total, batchSize, lastBatch)
  const valuesPerImage = source.shape[0] * source.shape[1] * source.shape[2]
  const capacity = Math.min(batchSize, total)
  const pixels = new Uint8Array(capacity * valuesPerImage)
  const x = new Float32Array(capacity * valuesPerImage)
  const y = new Int32Array(capacity)
  return {
    steps,
    fill(order, step) {
      const indices = order.subarray(step * batchSize, Math.min((step + 1) * batchSize, total))
      const count = indices.length
      part.read(indices, pixels)
      normalization.fill(pixels, x, count, valuesPerImage)
      for (let k = 0; k < count; k++) {
        y[k] = labelMap[part.labels[indices[k] as number] as number] as number
      }
      return { x: x.subarray(0, count * valuesPerImage), y: y.subarray(0, count), indices, count }
    },
  }
}

/** Into how many batches images are cut; `config_conflict` when no batch would be left. */
export function stepsPerEpoch(
  images: number,
  batchSize: number,
  lastBatch: BatchSource['lastBatch'],
): number {
  const batches = images / batchSize
  const steps = lastBatch === 'keep' ? Math.ceil(batches) : Math.floor(batches)
  if (steps === 0) throw noBatch(images, batchSize)
  return steps
}

/** The images of one epoch in a random order; `indices` stays as it is. */
export function epochOrder(indices: Int32Array, random: Random): Int32Array {
  return random.shuffle(indices.slice())
}

function noBatch(total: number, batchSize: number): AppError {
  return new AppError(
    'config_conflict',
    `${total} images do not fill one batch of ${batchSize}, so that no training step is left`,
    { hint: 'Lower data.batch_size, or set data.last_batch=keep.' },
  )
}
