import { AppError } from '../../src/core/errors.js'
import { splitTraining } from '../../src/data/split.js'
import { agrees, judge, notOffered, type Verdict } from './verdict.js'

interface SplitCase {
  readonly name: string
  readonly y?: number[]
  readonly class_counts: number[]
  readonly sizes: { readonly test_size?: number; readonly train_size?: number }
  readonly ties_to_lowest_class: { readonly train: number[]; readonly test: number[] }
}

interface SplitFile {
  readonly stratified_shuffle_split: readonly SplitCase[]
  readonly errors: readonly Omit<SplitCase, 'ties_to_lowest_class'>[]
  readonly [other: string]: unknown
}

const others = ['train_val_test', 'stratified_kfold', 'kfold', 'group_kfold'] as const

/** scikit-learn's stratified splits: the numbers of each label on each side, and what is refused. */
export function judgeSplits(file: SplitFile): Verdict[] {
  return [
    ...file.stratified_shuffle_split.map((one) => {
      const counts = countsOf(one)
      if (counts === undefined) return notOffered('sizes other than a validation share')
      const { train, test } = one.ties_to_lowest_class
      return judge(one.name, [
        { what: 'train', expected: train, got: counts.train, tolerance: 0 },
        { what: 'test', expected: test, got: counts.test, tolerance: 0 },
      ])
    }),
    ...file.errors.map(judgeRefusal),
    ...others.flatMap((kind) => entries(file[kind]).map(() => notOffered(kind))),
  ]
}

function judgeRefusal(one: SplitFile['errors'][number]): Verdict {
  try {
    const got = countsOf(one)
    if (got === undefined) return notOffered('sizes other than a validation share')
    return { state: 'disagrees', id: one.name, expected: 'an error', got }
  } catch (error) {
    if (error instanceof AppError) return agrees
    throw error
  }
}

function countsOf({ y, class_counts, sizes }: Omit<SplitCase, 'ties_to_lowest_class'>) {
  const { test_size, train_size } = sizes
  if (test_size === undefined || test_size >= 1 || train_size !== undefined) return undefined
  const labels = Int32Array.from(
    y ?? class_counts.flatMap((count, label) => new Array<number>(count).fill(label)),
  )
  const config = { method: 'random', val_size: test_size, stratify: true, seed: 0 } as const
  const split = splitTraining(labels, config)
  const count = (indices: Int32Array): number[] =>
    class_counts.map((_, label) => indices.filter((index) => labels[index] === label).length)
  return { train: count(split.train), test: count(split.val) }
}

function entries(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
