import type { AugmentationConfig } from '../spec/types.gen.js'
import { thumbnail, type Picture } from './average-images.js'
import { createBatches, type BatchSource } from './batches.js'
import { chooseExamples } from './describe-examples.js'
import type { DescribedData } from './describe.js'
import { labelsOf } from './labels.js'
import { isMixed } from './mix.js'

/** What an augmentation does to some training images. */
export interface Preview {
  readonly originals: readonly PreviewedImage[]
  /** Each transform by itself, for every image; those that are switched on, or all where none is. */
  readonly transforms: readonly PreviewRow[]
  /** The images as the first epochs of training see them; empty where nothing is switched on. */
  readonly epochs: readonly PreviewRow[]
}

interface PreviewedImage {
  readonly index: number
  readonly label: string
  readonly picture: Picture
}

export interface PreviewRow {
  readonly name: string
  readonly pictures: readonly Picture[]
}

export interface PreviewRequest extends DescribedData {
  readonly augmentation: AugmentationConfig
  /** How many images, up to 25, and how many epochs. */
  readonly images: number
  readonly epochs: number
}

const largestPicture = 112

/**
 * Draws with the streams of training: what an image is in an epoch here, it is there. With mixup or cutmix the images
 * shown make up the batch, so that the partners differ. Normalization is left out.
 */
export function previewAugmentation(request: PreviewRequest): Preview {
  const { data, labels, split, seed, augmentation } = request
  const { train } = data.splits
  const chosen = chooseExamples(train.labels, split, data.classes.length, seed)
  const indices = chosen.subarray(0, request.images)
  const draw = (config: AugmentationConfig | null, epoch: number) =>
    drawBatch(request, indices, config, epoch)
  const originals = draw(null, 0)
  const names = transformsOf(augmentation)
  const active = names.filter((name) => augmentation[name].p > 0)
  return {
    originals: Array.from(indices, (index, k) => ({
      index,
      label: labels.names[labels.map[train.labels[index] as number] as number] as string,
      picture: originals[k] as Picture,
    })),
    transforms: (active.length > 0 ? active : names).map((name) => ({
      name,
      pictures: draw(onlyOne(augmentation, name), 0),
    })),
    epochs: Array.from({ length: active.length > 0 ? request.epochs : 0 }, (_, epoch) => ({
      name: `epoch ${epoch + 1}`,
      pictures: draw(augmentation, epoch),
    })),
  }
}

type TransformName = {
  [Key in keyof AugmentationConfig]: AugmentationConfig[Key] extends { p: number } ? Key : never
}[keyof AugmentationConfig]

/** The keys of transforms, in the order of the config, which is that of their application. */
function transformsOf(config: AugmentationConfig): TransformName[] {
  return Object.entries(config).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && 'p' in value ? [name as TransformName] : [],
  )
}

function onlyOne(config: AugmentationConfig, only: TransformName): AugmentationConfig {
  const own = transformsOf(config).map((name) => {
    return [name, { ...config[name], p: name === only ? 1 : 0 }] as const
  })
  const single = Object.fromEntries(own) as Partial<AugmentationConfig>
  return { ...config, ...single, swap_brightness_and_contrast: false }
}

function drawBatch(
  { data, labels, seed }: PreviewRequest,
  indices: Int32Array,
  augmentation: AugmentationConfig | null,
  epoch: number,
): Picture[] {
  const { images, labels: classes } = data.splits.train
  const source: BatchSource = {
    images,
    labels: labelsOf(labels, classes),
    total: indices.length,
    normalization: { name: 'none' },
    augmentation,
    mix:
      augmentation !== null && isMixed(augmentation)
        ? { ...augmentation, classes: labels.names.length }
        : null,
    seed,
    batchSize: indices.length,
    lastBatch: 'keep',
  }
  const batches = createBatches(source)
  try {
    const { x } = batches.fill(indices, 0, epoch)
    const size = x.length / indices.length
    return Array.from(indices, (_, k) => {
      const pixels = Uint8Array.from(x.subarray(k * size, (k + 1) * size), Math.round)
      return thumbnail({ shape: data.shape, pixels }, largestPicture)
    })
  } finally {
    batches.close()
  }
}
