import { lookUp } from '../core/table.js'
import type { DatasetStandardizeConfig, NormalizationConfig } from '../spec/types.gen.js'

/** Turns pixels into the numbers a model sees. */
export interface Normalization {
  /** Fills the first `count` images of `out`, each of `valuesPerImage` values. */
  fill(pixels: Uint8Array, out: Float32Array, count: number, valuesPerImage: number): void
}

/** Mean and standard deviation of each channel, of values from 0 to 255. */
interface ChannelStatistics {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** The statistics of ImageNet's training images, times 255 (torchvision). */
const imagenetStatistics: ChannelStatistics = {
  mean: [0.485, 0.456, 0.406].map((value) => value * 255),
  std: [0.229, 0.224, 0.225].map((value) => value * 255),
}

/** Every normalization by its config name. */
const normalizations = {
  none: () => elementwise((value) => value),
  rescale_255: () => elementwise((value) => value / 255),
  min_max: () => perImage(({ low, high }) => ({ offset: low, scale: high - low })),
  negative1_positive1: () =>
    perImage(({ low, high }) => ({ offset: (low + high) / 2, scale: (high - low) / 2 })),
  standardize: () => perImage(({ mean, std }) => ({ offset: mean, scale: std })),
  dataset_standardize: perChannel,
  imagenet: () => perChannel(imagenetStatistics),
} satisfies Record<NormalizationConfig['name'], (config: never) => Normalization>

/** The normalization of a config in which nothing is left to derive. */
export function normalizationOf(config: NormalizationConfig): Normalization {
  const create = lookUp<unknown>(normalizations, config.name, 'normalization') as (
    config: NormalizationConfig,
  ) => Normalization
  return create(config)
}

/** A function of the value alone, from a table of all 256. */
function elementwise(change: (value: number) => number): Normalization {
  const table = Float32Array.from({ length: 256 }, (_, value) => change(value))
  return {
    fill(pixels, out, count, valuesPerImage) {
      const length = count * valuesPerImage
      for (let i = 0; i < length; i++) out[i] = table[pixels[i] as number] as number
    },
  }
}

interface ImageStatistics {
  readonly low: number
  readonly high: number
  readonly mean: number
  readonly std: number
}

/** (x - offset) / scale with numbers of each image; an image of one value becomes zeros. */
function perImage(
  decide: (statistics: ImageStatistics) => { offset: number; scale: number },
): Normalization {
  return {
    fill(pixels, out, count, valuesPerImage) {
      for (let start = 0; start < count * valuesPerImage; start += valuesPerImage) {
        const end = start + valuesPerImage
        const { offset, scale } = decide(imageStatistics(pixels, start, end))
        for (let i = start; i < end; i++) {
          out[i] = scale === 0 ? 0 : ((pixels[i] as number) - offset) / scale
        }
      }
    },
  }
}

/** In whole numbers up to the end, so that an image of one value has a deviation of exactly zero. */
function imageStatistics(pixels: Uint8Array, start: number, end: number): ImageStatistics {
  let [low, high, sum, squares] = [255, 0, 0, 0]
  for (let i = start; i < end; i++) {
    const value = pixels[i] as number
    if (value < low) low = value
    if (value > high) high = value
    sum += value
    squares += value * value
  }
  const count = end - start
  const std = Math.sqrt(count * squares - sum * sum) / count
  return { low, high, mean: sum / count, std }
}

/** (x - mean) / std of each channel; a channel without deviation becomes zeros. */
function perChannel({ mean, std }: ChannelStatistics | DatasetStandardizeConfig): Normalization {
  if (mean === null || std === null) throw new Error('the statistics have not been derived')
  const tables = mean.map((own, channel) => {
    const deviation = std[channel] as number
    return Float32Array.from({ length: 256 }, (_, value) =>
      deviation === 0 ? 0 : (value - own) / deviation,
    )
  })
  return {
    fill(pixels, out, count, valuesPerImage) {
      const length = count * valuesPerImage
      for (let channel = 0; channel < tables.length; channel++) {
        const table = tables[channel] as Float32Array
        for (let i = channel; i < length; i += tables.length) {
          out[i] = table[pixels[i] as number] as number
        }
      }
    },
  }
}
