import { AppError } from '../core/errors.js'
import { Random } from '../core/random.js'
import type { AugmentationConfig, NormalizationConfig } from '../spec/types.gen.js'
import { createAugmentation } from './augment/augmentation.js'
import { openImages, shapeOf, type Images } from './images.js'
import { normalizationOf } from './normalize.js'

/** Where batches come from and how they are made: plain data, so that a thread can be given it. */
export interface BatchSource {
  readonly images: Images
  /** The label of each image of the part. */
  readonly labels: Int32Array
  /** How many of them an epoch uses. */
  readonly total: number
  readonly normalization: NormalizationConfig
  /** null: images as they are. */
  readonly augmentation: AugmentationConfig | null
  /** Seed of the run: what is random about an image is a function of it, the epoch and the image's index. */
  readonly seed: number
  readonly batchSize: number
  readonly lastBatch: 'keep' | 'drop'
}

/** One batch. The arrays are views of buffers that are used again for a later one. */
export interface Batch {
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
  /** Random changes of the images are those of `epoch`, counted from 0. */
  fill(order: Int32Array, step: number, epoch?: number): Batch
  close(): void
}

/** Memory that batches are filled into: room for `capacity` images and labels. */
export interface BatchBuffers {
  readonly x: Float32Array
  readonly y: Int32Array
}

/** Prepares the making of batches; `config_conflict` when no batch would be left. */
export function createBatches(source: BatchSource): Batches {
  const steps = stepsOf(source)
  const shape = shapeOf(source.images)
  const valuesPerImage = shape[0] * shape[1] * shape[2]
  const capacity = capacityOf(source)
  const own = { x: new Float32Array(capacity * valuesPerImage), y: new Int32Array(capacity) }
  const filler = createFiller(source)
  return {
    steps,
    fill: (order, step, epoch = 0) => filler.fill(indicesOf(source, order, step), epoch, own),
    close: () => filler.close(),
  }
}

/** Fills batches of any images into any buffers. */
export interface Filler {
  fill(indices: Int32Array, epoch: number, buffers: BatchBuffers): Batch
  close(): void
}

export function createFiller(source: BatchSource): Filler {
  const { images, labels, seed } = source
  const shape = shapeOf(images)
  const valuesPerImage = shape[0] * shape[1] * shape[2]
  const reader = openImages(images)
  const normalization = normalizationOf(source.normalization)
  const augment =
    source.augmentation === null ? null : createAugmentation(source.augmentation, shape)
  const pixels = new Uint8Array(capacityOf(source) * valuesPerImage)
  return {
    fill(indices, epoch, { x, y }) {
      const count = indices.length
      reader.read(indices, pixels)
      for (let k = 0; k < count; k++) {
        const index = indices[k] as number
        y[k] = labels[index] as number
        if (augment === null) continue
        const image = pixels.subarray(k * valuesPerImage, (k + 1) * valuesPerImage)
        augment(image, new Random(seed, `augment/${epoch}/${index}`))
      }
      normalization.fill(pixels, x, count, valuesPerImage)
      return { x: x.subarray(0, count * valuesPerImage), y: y.subarray(0, count), indices, count }
    },
    close: () => reader.close(),
  }
}

/** The images of one step. */
export function indicesOf({ batchSize, total }: BatchSource, order: Int32Array, step: number) {
  return order.subarray(step * batchSize, Math.min((step + 1) * batchSize, total))
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

/** Steps of an epoch of a source. */
export function stepsOf({ total, batchSize, lastBatch }: BatchSource): number {
  return stepsPerEpoch(total, batchSize, lastBatch)
}

/** Images of the largest batch. */
export function capacityOf({ batchSize, total }: BatchSource): number {
  return Math.min(batchSize, total)
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
