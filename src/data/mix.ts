import { Random } from '../core/random.js'
import type { AugmentationConfig, CutmixConfig, MixupConfig } from '../spec/types.gen.js'
import { betaOf } from './beta.js'

/** How whole batches are mixed, once their images are normalized. */
export interface Mix {
  readonly mixup: MixupConfig
  readonly cutmix: CutmixConfig
  readonly classes: number
}

/** A batch to be mixed in place: images, the label of each, and the shares of every label, `[count, classes]`. */
interface Mixed {
  readonly x: Float32Array
  readonly y: Int32Array
  readonly targets: Float32Array
  readonly count: number
}

/** Mixes a batch, or leaves it, as its own stream of random numbers decides; then `y` has the label of most of each image. */
export type Mixer = (batch: Mixed, random: Random) => void

/** Whether a config mixes images, so that targets are shares of labels. */
export function isMixed({ mixup, cutmix }: AugmentationConfig): boolean {
  return mixup.p > 0 || cutmix.p > 0
}

/** The stream of a batch. */
export function mixRandom(seed: number, epoch: number, step: number): Random {
  return new Random(seed, `mix/${epoch}/${step}`)
}

/**
 * Mixes each image with the one before it in the batch, the first with the last: at most one of mixup (Zhang et al. 2018)
 * and cutmix (Yun et al. 2019) a batch, by the formulas of torchvision's references.
 */
export function createMixer(
  { mixup, cutmix, classes }: Mix,
  shape: readonly [number, number, number],
): Mixer {
  const valuesPerImage = shape[0] * shape[1] * shape[2]
  const last = new Float32Array(valuesPerImage)
  return (batch, random) => {
    const choice = random.uniform()
    let share = 1
    if (choice < mixup.p) {
      share = betaOf(mixup.alpha, random)
      blendImages(batch, valuesPerImage, share, last)
    } else if (choice < mixup.p + cutmix.p) {
      const box = boxOf(shape, betaOf(cutmix.alpha, random), random)
      share = 1 - ((box.right - box.left) * (box.bottom - box.top)) / (shape[0] * shape[1])
      pasteBoxes(batch, shape, box, last)
    }
    mixLabels(batch, share, classes)
  }
}

/** Backwards, so that each image's neighbour is still as it was; the last one's is kept for the first. */
function blendImages(
  { x, count }: Mixed,
  valuesPerImage: number,
  share: number,
  last: Float32Array,
): void {
  last.set(x.subarray((count - 1) * valuesPerImage, count * valuesPerImage))
  for (let i = count * valuesPerImage - 1; i >= valuesPerImage; i--) {
    x[i] = share * (x[i] as number) + (1 - share) * (x[i - valuesPerImage] as number)
  }
  for (let i = 0; i < valuesPerImage; i++) {
    x[i] = share * (x[i] as number) + (1 - share) * (last[i] as number)
  }
}

interface Box {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

/** A box about a uniform pixel, whose sides are sqrt(1 - share) of the image's before it is cut off at the edges. */
function boxOf([height, width]: readonly number[], share: number, random: Random): Box {
  const [x, y] = [random.integer(width as number), random.integer(height as number)]
  const half = 0.5 * Math.sqrt(1 - share)
  const [halfWidth, halfHeight] = [
    Math.trunc(half * (width as number)),
    Math.trunc(half * (height as number)),
  ]
  return {
    top: Math.max(0, y - halfHeight),
    left: Math.max(0, x - halfWidth),
    bottom: Math.min(height as number, y + halfHeight),
    right: Math.min(width as number, x + halfWidth),
  }
}

function pasteBoxes(
  { x, count }: Mixed,
  [height, width, channels]: readonly [number, number, number],
  { top, left, bottom, right }: Box,
  last: Float32Array,
): void {
  const valuesPerImage = height * width * channels
  last.set(x.subarray((count - 1) * valuesPerImage, count * valuesPerImage))
  for (let k = count - 1; k >= 0; k--) {
    const from = k === 0 ? last : x.subarray((k - 1) * valuesPerImage, k * valuesPerImage)
    for (let y = top; y < bottom; y++) {
      const start = (y * width + left) * channels
      const end = (y * width + right) * channels
      x.set(from.subarray(start, end), k * valuesPerImage + start)
    }
  }
}

/** Shares of the labels; the label of the larger share stays the image's, its own one if they are even. */
function mixLabels({ y, targets, count }: Mixed, share: number, classes: number): void {
  targets.fill(0, 0, count * classes)
  const lastLabel = y[count - 1] as number
  for (let k = count - 1; k >= 0; k--) {
    const own = y[k] as number
    const other = k === 0 ? lastLabel : (y[k - 1] as number)
    const row = k * classes
    targets[row + own] = share
    targets[row + other] = (targets[row + other] as number) + (1 - share)
    if (share < 0.5) y[k] = other
  }
}
