import { sha256 } from '../../core/hash.js'
import { Random } from '../../core/random.js'
import type { SplitConfig } from '../../spec/types.gen.js'
import { kFold, groupKFold, stratifiedKFold, type Folds } from './folds.js'
import { groupShare } from './group-share.js'
import { readIndexFiles } from './index-files.js'
import { conflict, countsOf, randomShare } from './shares.js'
import { keepTogether } from './together.js'

/** Indices of the data's training part, ascending on each side; `test` is empty where the data has a test part. */
export interface Split {
  readonly train: Int32Array
  readonly val: Int32Array
  readonly test: Int32Array
}

/** The images that are split. */
export interface SplitInput {
  /** The label of each image; -1: it is left out. */
  readonly labels: Int32Array
  /** What messages call the labels; their numbers where it is left out. */
  readonly names?: readonly string[]
  /** Images that belong together have one number; null: the data does not say. */
  readonly groups: Int32Array | null
  /** What the data itself sets aside for validation; null: nothing. */
  readonly validation: Int32Array | null
  readonly hasTestPart: boolean
  /** One number for each set of images with the same pixels; asked for only where it matters. */
  readonly duplicates: () => Int32Array
}

/**
 * Cuts the training part into training, validation and, where the data has none of its own, test images. Which images
 * are chosen depends on `split.seed` alone. What cannot be done is `config_conflict`.
 */
export async function splitImages(input: SplitInput, config: SplitConfig): Promise<Split> {
  checkTest(input, config)
  const split = await chosen(input, config)
  return config.keep_duplicates_together ? keepTogether(split, input) : split
}

/** The identity of a split: SHA-256 of its indices, side by side. */
export function splitHash({ train, val, test }: Split): string {
  return sha256(`${train.join()};${val.join()};${test.join()}`)
}

async function chosen(input: SplitInput, config: SplitConfig): Promise<Split> {
  const { labels } = input
  const all = Int32Array.from(labels.keys()).filter((index) => (labels[index] as number) >= 0)
  switch (config.method) {
    case 'files': {
      const { train, val, test } = await readIndexFiles(config, labels.length)
      const kept = (indices: Int32Array) =>
        indices.filter((index) => (labels[index] as number) >= 0)
      return { train: kept(train), val: kept(val), test: kept(test) }
    }
    case 'predefined':
      return predefined(input, all)
    case 'k_fold': {
      const [rest, test] = share(input, all, config, config.test_size ?? 0, 'split/test')
      const folds = foldsOf(input, rest, config)
      const train = rest.filter((_, position) => folds[position] !== config.fold)
      return { train, val: rest.filter((_, position) => folds[position] === config.fold), test }
    }
    default: {
      const [rest, test] = share(input, all, config, config.test_size ?? 0, 'split/test')
      const [train, val] = share(input, rest, config, config.val_size, 'split')
      return { train, val, test }
    }
  }
}

/** Takes ceil(n * size) images out of a pool: at random, whole groups of them, or the last ones, as Keras does. */
function share(
  input: SplitInput,
  pool: Int32Array,
  config: SplitConfig,
  size: number,
  stream: string,
): [rest: Int32Array, taken: Int32Array] {
  if (size === 0) return [pool, new Int32Array(0)]
  if (config.method === 'tail') {
    const kept = pool.length - Math.floor(pool.length * size + 1e-9)
    return [pool.subarray(0, kept), pool.subarray(kept)]
  }
  const random = new Random(config.seed, stream)
  const labels = of(input.labels, pool)
  const positions = config.group
    ? groupShare(labels, of(groupsOf(input), pool), size, random)
    : randomShare(labels, countsOf(labels.length, size), config.stratify, random, input.names)
  return [of(pool, positions.train), of(pool, positions.val)]
}

function foldsOf(input: SplitInput, pool: Int32Array, config: SplitConfig): Folds {
  const { folds, fold, stratify, group, seed } = config
  if (fold >= folds) throw conflict(`split.fold=${fold} is not below split.folds=${folds}`)
  if (group) return groupKFold(of(groupsOf(input), pool), folds)
  const random = new Random(seed, 'split')
  if (stratify) return stratifiedKFold(of(input.labels, pool), folds, random)
  return kFold(pool.length, folds, random)
}

function predefined({ validation }: SplitInput, all: Int32Array): Split {
  if (validation === null) {
    throw conflict('split.method=predefined needs data that sets validation images aside')
  }
  const held = new Set(validation)
  const train = all.filter((index) => !held.has(index))
  return { train, val: all.filter((index) => held.has(index)), test: new Int32Array(0) }
}

function groupsOf({ groups }: SplitInput): Int32Array {
  if (groups !== null) return groups
  throw conflict('split.group=true needs data that says which images belong together')
}

function checkTest({ hasTestPart }: SplitInput, { test_size }: SplitConfig): void {
  if (test_size === null || !hasTestPart) return
  throw conflict('split.test_size is for data without test images of its own; leave it out (null)')
}

function of(values: Int32Array, indices: Int32Array): Int32Array {
  return indices.map((index) => values[index] as number)
}
