import { AppError } from '../../core/errors.js'
import type { Random } from '../../core/random.js'

/** How many images go to each side; together at most all. */
export interface Counts {
  readonly train: number
  readonly val: number
}

/** ceil(n * size) aside, the rest for training, as scikit-learn rounds. */
export function countsOf(total: number, size: number): Counts {
  const val = Math.ceil(total * size - 1e-9)
  return { train: total - val, val }
}

/**
 * Draws images for both sides as scikit-learn's ShuffleSplit and StratifiedShuffleSplit do. Stratified: the training
 * counts of the labels are the largest remainders of their shares (ties to the lowest label), those of validation
 * likewise of what is left. Positions, ascending on each side. Sizes that leave a side empty, or a label out of
 * training, are `config_conflict`, which calls labels by their `names`.
 */
export function randomShare(
  labels: Int32Array,
  { train: trainCount, val: valCount }: Counts,
  stratify: boolean,
  random: Random,
  names: readonly string[] = [],
): { train: Int32Array; val: Int32Array } {
  if (trainCount < 1 || valCount < 1 || trainCount + valCount > labels.length) {
    throw conflict(`${labels.length} images cannot be split into ${trainCount} and ${valCount}`)
  }
  const strata = stratify ? groupByLabel(labels) : [Int32Array.from(labels.keys())]
  const told = (label: number) => (label < names.length ? `'${names[label]}'` : `label ${label}`)
  if (stratify) checkStrata(strata, trainCount, valCount, told)
  const sizes = strata.map((stratum) => stratum.length)
  const shares = largestRemainders(sizes, trainCount)
  const left = sizes.map((size, label) => size - (shares[label] as number))
  const held = largestRemainders(left, valCount)
  const train = new Int32Array(trainCount)
  const val = new Int32Array(valCount)
  let [trained, validated] = [0, 0]
  for (const [label, stratum] of strata.entries()) {
    const [share, heldShare] = [shares[label] as number, held[label] as number]
    if (share === 0 && stratum.length > 0) {
      throw conflict(
        `a split of ${trainCount} and ${valCount} images leaves no training image of ${told(label)}, which has ${stratum.length}`,
      )
    }
    random.shuffle(stratum)
    train.set(stratum.subarray(0, share), trained)
    val.set(stratum.subarray(share, share + heldShare), validated)
    trained += share
    validated += heldShare
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

function checkStrata(
  strata: readonly Int32Array[],
  trainCount: number,
  valCount: number,
  told: (label: number) => string,
): void {
  const present = strata.filter((stratum) => stratum.length > 0).length
  const single = strata.findIndex((stratum) => stratum.length === 1)
  if (single !== -1) {
    throw conflict(
      `${told(single)} has one image, which cannot be on both sides of a stratified split`,
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

const shareHint =
  'Change split.val_size, split.test_size or split.method, or set split.stratify=false.'

/** The config asks for a split that cannot be; the `hint` says what could be, mostly another share. */
export function conflict(message: string, hint = shareHint): AppError {
  return new AppError('config_conflict', message, { hint })
}
