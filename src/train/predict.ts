import { readImageFile } from '../data/image-files.js'
import { normalizationOf } from '../data/normalize.js'
import type { PredictConfig } from '../spec/types.gen.js'
import { softmaxRow } from './evaluate.js'
import { openModel } from './inference.js'

/** What a model says of one image file. */
export interface Prediction {
  readonly file: string
  readonly label: string
  readonly confidence: number
  /** Whether the image was inverted first, being dark on a bright ground. */
  readonly inverted: boolean
  /** Softmax by label, in the model's order. */
  readonly probabilities: Readonly<Record<string, number>>
}

/** Classifies image files with the model in a directory; every file is read before the first is classified. */
export async function predictImages(
  files: readonly string[],
  directory: string,
  config: PredictConfig,
): Promise<Prediction[]> {
  const trained = await openModel(directory, config.engine)
  try {
    const { card, inference } = trained
    const { image_size, in_channels, num_classes } = card.model
    const [height, width] = image_size
    const shape = [height, width, in_channels] as const
    const size = height * width * in_channels
    const images = []
    for (const file of files) {
      images.push({ file, ...(await readImageFile(file, { shape, invert: config.invert })) })
    }
    const normalization = normalizationOf(card.normalization)
    const predictions: Prediction[] = []
    for (let start = 0; start < images.length; start += config.batch_size) {
      const batch = images.slice(start, start + config.batch_size)
      const x = new Float32Array(batch.length * size)
      for (const [row, { pixels }] of batch.entries()) {
        normalization.fill(pixels, x.subarray(row * size), 1, size)
      }
      const logits = await inference.logits(x, batch.length)
      for (const [row, { file, inverted }] of batch.entries()) {
        const probabilities = new Float32Array(num_classes)
        const top = softmaxRow(logits, row * num_classes, probabilities, 0, num_classes)
        predictions.push({
          file,
          label: card.labels[top] ?? String(top),
          confidence: probabilities[top] ?? Number.NaN,
          inverted,
          probabilities: Object.fromEntries(
            card.labels.map((label, index) => [label, probabilities[index] ?? Number.NaN]),
          ),
        })
      }
    }
    return predictions
  } finally {
    await trained.dispose()
  }
}
