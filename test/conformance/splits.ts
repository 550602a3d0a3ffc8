import { AppError } from '../../src/core/errors.js'
import { Random } from '../../src/core/random.js'
import { groupKFold, kFold, stratifiedKFold, type Folds } from '../../src/data/split/folds.js'
import { countsOf, randomShare, type Counts } from '../../src/data/split/shares.js'
import { agrees, judge, type Comparison, type Verdict } from './verdict.js'

interface SplitCase {
  readonly name: string
  readonly y?: number[]
  readonly class_counts: number[]
  readonly sizes: { readonly test_size?: number; readonly train_size?: number }
  readonly ties_to_lowest_class: { readonly train: number[]; readonly test: number[] }
}

interface ThreeWayCase {
  readonly name: string
  readonly class_counts: number[]
  readonly test_fraction: number
  readonly val_fraction_of_whole: number
  readonly train: number[]
  readonly val: number[]
  readonly test: number[]
  readonly unique: boolean
}

interface FoldCase {
  readonly name?: string
  readonly n_splits: number
  readonly n?: number
  readonly y?: number[]
  readonly groups?: number[]
  readonly test_indices?: number[][]
  readonly test_indices_unshuffled?: number[][]
  readonly test_groups_per_fold?: number[][]
  readonly test_counts_per_fold?: number[][]
}

interface SplitFile {
  readonly stratified_shuffle_split?: readonly SplitCase[]
  readonly errors?: readonly Omit<SplitCase, 'ties_to_lowest_class'>[]
  readonly train_val_test?: readonly ThreeWayCase[]
  readonly stratified_kfold?: readonly FoldCase[]
  readonly kfold?: readonly FoldCase[]
  readonly group_kfold?: readonly FoldCase[]
}

/** scikit-learn's splits: the numbers of each label on each side, the folds, and what is refused. */
export function judgeSplits(file: SplitFile): Verdict[] {
  return [
    ...(file.stratified_shuffle_split ?? []).map(judgeShares),
    ...(file.errors ?? []).map(judgeRefusal),
    ...(file.train_val_test ?? []).map(judgeThreeWays),
    ...(file.stratified_kfold ?? []).map((one) => {
      const labels = Int32Array.from(one.y ?? [])
      const shuffled = stratifiedKFold(labels, one.n_splits, new Random(1, 'folds'))
      return judge(one.name ?? '', [
        ...compareFolds(stratifiedKFold(labels, one.n_splits, null), one.test_indices_unshuffled),
        ...(one.test_counts_per_fold ?? []).map((expected, fold) => ({
          what: `shuffled fold ${fold}`,
          expected,
          got: tally(labels, membersOf(shuffled, fold), expected.length),
          tolerance: 0,
        })),
      ])
    }),
    ...(file.kfold ?? []).map((one) =>
      judge(
        one.name ?? `kfold ${one.n}`,
        compareFolds(kFold(one.n ?? 0, one.n_splits, null), one.test_indices),
      ),
    ),
    ...(file.group_kfold ?? []).map((one) => {
      const groups = Int32Array.from(one.groups ?? [])
      const folds = groupKFold(groups, one.n_splits)
      const comparisons = (one.test_groups_per_fold ?? []).map((expected, fold) => {
        const held = new Set(membersOf(folds, fold).map((index) => groups[index] as number))
        return { expected, got: [...held].sort((a, b) => a - b), tolerance: 0 }
      })
      return judge(one.name ?? '', comparisons)
    }),
  ]
}

function judgeShares(one: SplitCase): Verdict {
  const { train, test } = one.ties_to_lowest_class
  const got = sharesOf(one)
  return judge(one.name, [
    { what: 'train', expected: train, got: got.train, tolerance: 0 },
    { what: 'test', expected: test, got: got.val, tolerance: 0 },
  ])
}

function judgeRefusal(one: Omit<SplitCase, 'ties_to_lowest_class'>): Verdict {
  try {
    return { state: 'disagrees', id: one.name, expected: 'an error', got: sharesOf(one) }
  } catch (error) {
    if (error instanceof AppError) return agrees
    throw error
  }
}

/** Test images first, then as many validation images as their share of the whole makes. */
function judgeThreeWays(one: ThreeWayCase): Verdict {
  const labels = labelsOf(one.class_counts)
  const random = new Random(0, 'split')
  const first = randomShare(labels, countsOf(labels.length, one.test_fraction), true, random)
  const { val } = countsOf(labels.length, one.val_fraction_of_whole)
  const rest = first.train.map((index) => labels[index] as number)
  const second = randomShare(rest, { train: rest.length - val, val }, true, random)
  const count = (own: Int32Array, indices: Int32Array) =>
    tally(own, [...indices], one.class_counts.length)
  return judge(one.name, [
    { what: 'test', expected: one.test, got: count(labels, first.val), tolerance: 0 },
    { what: 'val', expected: one.val, got: count(rest, second.val), tolerance: 0 },
    { what: 'train', expected: one.train, got: count(rest, second.train), tolerance: 0 },
  ])
}

function sharesOf({ y, class_counts, sizes }: Omit<SplitCase, 'ties_to_lowest_class'>) {
  const labels = y === undefined ? labelsOf(class_counts) : Int32Array.from(y)
  const counts = countsFrom(labels.length, sizes)
  const { train, val } = randomShare(labels, counts, true, new Random(0, 'split'))
  const count = (indices: Int32Array) => tally(labels, [...indices], class_counts.length)
  return { train: count(train), val: count(val) }
}

/** Fractions of the images or numbers of them; the side that is not given is the rest. */
function countsFrom(total: number, { test_size, train_size }: SplitCase['sizes']): Counts {
  const val =
    test_size === undefined
      ? undefined
      : test_size < 1
        ? Math.ceil(total * test_size - 1e-9)
        : test_size
  const train =
    train_size === undefined
      ? undefined
      : train_size < 1
        ? Math.floor(total * train_size + 1e-9)
        : train_size
  return { train: train ?? total - (val ?? 0), val: val ?? total - (train ?? 0) }
}

function* compareFolds(folds: Folds, expected: readonly number[][] = []): Iterable<Comparison> {
  for (const [fold, indices] of expected.entries()) {
    yield { what: `fold ${fold}`, expected: indices, got: membersOf(folds, fold), tolerance: 0 }
  }
}

function membersOf(folds: Folds, fold: number): number[] {
  return [...folds.keys()].filter((index) => folds[index] === fold)
}

function labelsOf(counts: readonly number[]): Int32Array {
  return Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)))
}

function tally(labels: Int32Array, indices: readonly number[], classes: number): number[] {
  const result = new Array<number>(classes).fill(0)
  for (const index of indices) {
    const label = labels[index] as number
    result[label] = (result[label] ?? 0) + 1
  }
  return result
}
