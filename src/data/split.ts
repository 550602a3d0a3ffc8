import { AppError } from '../core/errors.js'
import { Random } from '../core/random.js'
import type { SplitConfig } from '../spec/types.gen.js'

/** Indices of the training part, ascending on each side. */
export interface Split {
  readonly train: Int32Array
  readonly val: Int32Array
}

/**
 * Sets ceil(n * val_size) images aside for validation, as scikit-learn does. Stratified: the training counts of the
 * labels are the largest remainders of their shares (ties to the lowest label), validation is the rest. Which images
 * are chosen depends on `split.seed` alone. Sizes that leave a side empty, or a label out of training, are
 * `config_conflict`.
 */
export function splitTraining(labels: Int32Array, config: SplitConfig): Split {
  const total = labels.length
  if (config.val_size === 0)
    return { train: Int32Array.from(labels.keys()), val: new Int32Array(0) }
  const valCount = Math.ceil(total * config.val_size - 1e-9)
  const trainCount = total - valCount
  if (trainCount < 1) {
    throw conflict(`split.val_size=${config.val_size} leaves none of ${total} images for training`)
  }
  const random = new Random(config.seed, 'split')
  const strata = config.stratify ? groupByLabel(labels) : [Int32Array.from(labels.keys())]
  if (config.stratify) checkStrata(strata, trainCount, valCount)
  const shares = largestRemainders(
    strata.map((stratum) => stratum.length),
    trainCount,
  )
  const train = new Int32Array(trainCount)
  const val = new Int32Array(valCount)
  let [trained, validated] = [0, 0]
  for (const [label, stratum] of strata.entries()) {
    const share = shares[label] as number
    if (share === 0 && stratum.length > 0) {
      throw conflict(
        `split.val_size=${config.val_size} leaves no training image of label ${label}, which has ${stratum.length}`,
      )
    }
    random.shuffle(stratum)
    train.set(stratum.subarray(0, share), trained)
    val.set(stratum.subarray(share), validated)
    trained += share
    validated += stratum.length - share
  }
  return { train: train.sort(), val: val.sort() }
}

function groupByLabel(labels: Int32Array): Int32Array[] {
  const groups: number[][] = []
  for (const [index, label] of labels.entries()) {
    while (groups.length <= label) groups.push([])
    groups[label]?.push(index)
  }
  return groups.map((group) => Int32Array.from(group))
}

function checkStrata(strata: readonly Int32Array[], trainCount: number, valCount: number): void {
  const present = strata.filter((stratum) => stratum.length > 0).length
  const single = strata.findIndex((stratum) => stratum.length === 1)
  if (single !== -1) {
    throw conflict(
      `label ${single} has one image, which cannot be on both sides of a stratified split`,
    )
  }
  for (const [side, count] of [
    ['validation', valCount],
    ['training', trainCount],
  ] as const) {
    if (count < present) {
      throw conflict(
        `a stratified split of ${trainCount} + ${valCount} images has fewer ${side} images than the ${present} labels`,
      )
    }
  }
}

/** Shares `count` among sizes in proportion: whole parts first, the rest by largest remainder, in exact integers. */
function largestRemainders(sizes: readonly number[], count: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const shares = sizes.map((size) => Math.floor((size * count) / total))
  const missing = count - shares.reduce((sum, share) => sum + share, 0)
  const byRemainder = sizes
    .map((size, index) => ({ index, remainder: (size * count) % total }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of byRemainder.slice(0, missing))
    shares[index] = (shares[index] as number) + 1
  return shares
}

function conflict(message: string): AppError {
  return new AppError('config_conflict', message, {
    hint: 'Change split.val_size, or set split.stratify=false.',
  })
}
