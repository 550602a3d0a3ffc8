import { AppError } from '../../core/errors.js'
import type { Random } from '../../core/random.js'

/** The fold of each image, 0 to folds - 1; a `random` draws which images of a label go where. */
export type Folds = Int32Array

/** Folds of consecutive images, or of shuffled ones; the first n mod k have one more (scikit-learn, KFold). */
export function kFold(count: number, folds: number, random: Random | null): Folds {
  if (count < folds) throw tooFew(`${count} images cannot be cut into ${folds} folds`)
  const order = Int32Array.from({ length: count }, (_, index) => index)
  random?.shuffle(order)
  const result = new Int32Array(count)
  const [size, more] = [Math.floor(count / folds), count % folds]
  let position = 0
  for (let fold = 0; fold < folds; fold++) {
    for (let taken = size + (fold < more ? 1 : 0); taken > 0; taken--) {
      result[order[position++] as number] = fold
    }
  }
  return result
}

/**
 * Folds with the same share of each label: labels are numbered by first appearance, and fold f gets of the sorted list
 * every k-th element from f on; a label's images go to the folds in blocks of those counts (scikit-learn,
 * StratifiedKFold). Where every label has fewer images than folds,
 * it is `config_conflict`.
 */
export function stratifiedKFold(labels: Int32Array, folds: number, random: Random | null): Folds {
  const order = [...new Set(labels)]
  const sizes = order.map((label) => labels.reduce((sum, own) => sum + Number(own === label), 0))
  if (sizes.every((size) => size < folds)) {
    throw tooFew(`no label has ${folds} images, which ${folds} stratified folds need`)
  }
  const result = new Int32Array(labels.length)
  let start = 0
  for (const [index, label] of order.entries()) {
    const end = start + (sizes[index] as number)
    const own = [...foldsOfRange(start, end, folds)]
    random?.shuffle(own)
    let next = 0
    for (const [image, held] of labels.entries()) {
      if (held === label) result[image] = own[next++] as number
    }
    start = end
  }
  return result
}

/** The folds of one label's stretch of the sorted list, in ascending blocks. */
function* foldsOfRange(start: number, end: number, folds: number): Generator<number> {
  for (let fold = 0; fold < folds; fold++) {
    const first = start + ((((fold - start) % folds) + folds) % folds)
    for (let position = first; position < end; position += folds) yield fold
  }
}

/** Whole groups, the largest first, each into the fold that has least so far (scikit-learn, GroupKFold). */
export function groupKFold(groups: Int32Array, folds: number): Folds {
  const sizes = new Map<number, number>()
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  if (sizes.size < folds) throw tooFew(`${sizes.size} groups cannot be cut into ${folds} folds`)
  const largestFirst = [...sizes].sort(([a, sizeA], [b, sizeB]) => sizeB - sizeA || b - a)
  const totals = new Array<number>(folds).fill(0)
  const foldOf = new Map<number, number>()
  for (const [group, size] of largestFirst) {
    const fold = totals.indexOf(Math.min(...totals))
    foldOf.set(group, fold)
    totals[fold] = (totals[fold] as number) + size
  }
  return groups.map((group) => foldOf.get(group) as number)
}

function tooFew(message: string): AppError {
  return new AppError('config_conflict', message, { hint: 'Lower split.folds.' })
}
