import { AppError } from '../core/errors.js'
import { Random } from '../core/random.js'
import type { AugmentationConfig, NormalizationConfig } from '../spec/types.gen.js'
import { createAugmentation } from './augment/augmentation.js'
import { openImages, shapeOf, type Images } from './images.js'
import { createMixer, mixRandom, type Mix } from './mix.js'
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
  /** null: targets are labels alone. */
  readonly mix: Mix | null
  /**
   * Seed of the run: what is random about an image is a function of it, the epoch and the image's index, and how a batch is
   * mixed one of it, the epoch and the step.
   */
  readonly seed: number
  readonly batchSize: number
  readonly lastBatch: 'keep' | 'drop'
}

/** One batch. The arrays are views of buffers that are used again for a later one. */
export interface Batch {
  /** `[count, height, width, channels]`. */
  readonly x: Float32Array
  /** Labels, `[count]`; of a mixed image, that of its larger part. */
  readonly y: Int32Array
  /** The share of every label, `[count, classes]`; null unless the source mixes. */
  readonly targets: Float32Array | null
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
  /** Empty unless the source mixes. */
  readonly targets: Float32Array
}

/** New memory for the largest batch of a source; threads share it if `allocate` says so. */
export function batchBuffers(
  source: BatchSource,
  allocate: (bytes: number) => ArrayBuffer | SharedArrayBuffer,
): BatchBuffers {
  const capacity = capacityOf(source)
  const classes = source.mix === null ? 0 : source.mix.classes
  const valuesPerImage = shapeOf(source.images).reduce((product, length) => product * length)
  return {
    x: new Float32Array(allocate(4 * capacity * valuesPerImage)),
    y: new Int32Array(allocate(4 * capacity)),
    targets: new Float32Array(allocate(4 * capacity * classes)),
  }
}

/** The first `indices.length` images of such memory. */
export function batchIn(
  { x, y, targets }: BatchBuffers,
  indices: Int32Array,
  source: BatchSource,
): Batch {
  const count = indices.length
  const part = <Values extends Float32Array | Int32Array>(values: Values) =>
    values.subarray(0, (count * values.length) / capacityOf(source)) as Values
  return {
    x: part(x),
    y: part(y),
    targets: source.mix === null ? null : part(targets),
    indices,
    count,
  }
}

/** Prepares the making of batches; `config_conflict` when no batch would be left. */
export function createBatches(source: BatchSource): Batches {
  const steps = stepsOf(source)
  const own = batchBuffers(source, (bytes) => new ArrayBuffer(bytes))
  const filler = createFiller(source)
  return {
    steps,
    fill(order, step, epoch = 0) {
      const indices = indicesOf(source, order, step)
      filler.fill({ indices, epoch, step }, own)
      return batchIn(own, indices, source)
    },
    close: () => filler.close(),
  }
}

/** The images of a batch, and where in the run it is. */
export interface BatchTask {
  readonly indices: Int32Array
  readonly epoch: number
  readonly step: number
}

/** Fills batches of any images into any buffers. */
export interface Filler {
  fill(task: BatchTask, buffers: BatchBuffers): void
  close(): void
}

export function createFiller(source: BatchSource): Filler {
  const { images, labels, mix, seed } = source
  const shape = shapeOf(images)
  const valuesPerImage = shape[0] * shape[1] * shape[2]
  const reader = openImages(images)
  const normalization = normalizationOf(source.normalization)
  const augment =
    source.augmentation === null ? null : createAugmentation(source.augmentation, shape)
  const mixBatch = mix === null ? null : createMixer(mix, shape)
  const pixels = new Uint8Array(capacityOf(source) * valuesPerImage)
  return {
    fill({ indices, epoch, step }, { x, y, targets }) {
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
      mixBatch?.({ x, y, targets, count }, mixRandom(seed, epoch, step))
    },
    close: () => reader.close(),
  }
}

/** The images of one step, or of several up to another one. */
export function indicesOf(
  { batchSize, total }: BatchSource,
  order: Int32Array,
  step: number,
  end = step + 1,
): Int32Array {
  return order.subarray(step * batchSize, Math.min(end * batchSize, total))
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
function capacityOf({ batchSize, total }: BatchSource): number {
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
