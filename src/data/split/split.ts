import { sha256 } from '../../core/hash.js'
import { Random } from '../../core/random.js'
import type { SplitConfig } from '../../spec/types.gen.js'
import { kFold, groupKFold, stratifiedKFold, type Folds } from './folds.js'
import { groupShare } from './group-share.js'
import { readIndexFiles } from './index-files.js'
import { conflict, countsOf, randomShare } from './shares.js'
import { keepTogether, uniteGroups } from './together.js'

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
  if (!config.group) {
    const apart = config.keep_duplicates_together
      ? (sides: Sides) => keepTogether(sides, input.labels, input.duplicates())
      : (sides: Sides) => sides
    return chosen(input, config, apart)
  }
  checkGroup(config)
  const groups = groupsOf(input)
  const united = config.keep_duplicates_together ? uniteGroups(groups, input.duplicates()) : groups
  return chosen({ ...input, groups: united }, config, (sides) => sides)
}

/** The identity of a split: SHA-256 of its indices, side by side. */
export function splitHash({ train, val, test }: Split): string {
  return sha256(`${train.join()};${val.join()};${test.join()}`)
}

type Sides = readonly Int32Array[]

/** Chooses the images of each side, and lets `apart` move equal ones to one of them. */
async function chosen(
  input: SplitInput,
  config: SplitConfig,
  apart: (sides: Sides) => Sides,
): Promise<Split> {
  const { labels } = input
  const all = Int32Array.from(labels.keys()).filter((index) => (labels[index] as number) >= 0)
  const sidesOf = ({ train, val, test }: Split): Split => {
    const [ownTrain, ownVal, ownTest] = apart([train, val, test]) as [
      Int32Array,
      Int32Array,
      Int32Array,
    ]
    return { train: ownTrain, val: ownVal, test: ownTest }
  }
  switch (config.method) {
    case 'files': {
      const { train, val, test } = await readIndexFiles(config, labels.length)
      const kept = (indices: Int32Array) =>
        indices.filter((index) => (labels[index] as number) >= 0)
      return sidesOf({ train: kept(train), val: kept(val), test: kept(test) })
    }
    case 'predefined':
      return sidesOf(predefined(input, all))
    case 'k_fold': {
      const [rest, test] = share(input, all, config, config.test_size ?? 0, 'split/test')
      return foldOf(apart([...foldsOf(input, rest, config), test]), config)
    }
    default: {
      const [rest, test] = share(input, all, config, config.test_size ?? 0, 'split/test')
      const [train, val] = share(input, rest, config, config.val_size, 'split')
      return sidesOf({ train, val, test })
    }
  }
}

/** One fold validates, the others train; behind the folds come the test images. */
function foldOf(sides: Sides, { fold, folds }: SplitConfig): Split {
  const train = sides.filter((_, side) => side !== fold && side !== folds)
  return {
    train: Int32Array.from(train.flatMap((indices) => Array.from(indices))).sort(),
    val: sides[fold] as Int32Array,
    test: sides[folds] as Int32Array,
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

/** The images of each fold, ascending. */
function foldsOf(input: SplitInput, pool: Int32Array, config: SplitConfig): Sides {
  const { folds, fold } = config
  if (fold >= folds) {
    throw conflict(`split.fold=${fold} is not below split.folds=${folds}`, 'Folds count from 0.')
  }
  const foldOfEach = foldNumbers(input, pool, config)
  return Array.from({ length: folds }, (_, own) =>
    pool.filter((_, position) => foldOfEach[position] === own),
  )
}

function foldNumbers(input: SplitInput, pool: Int32Array, config: SplitConfig): Folds {
  const { folds, stratify, group, seed } = config
  if (group) return groupKFold(of(groupsOf(input), pool), folds)
  const random = new Random(seed, 'split')
  if (stratify) return stratifiedKFold(of(input.labels, pool), folds, random)
  return kFold(pool.length, folds, random)
}

function predefined({ validation }: SplitInput, all: Int32Array): Split {
  if (validation === null) {
    throw conflict(
      'split.method=predefined needs data that sets validation images aside',
      'An image folder does by a directory `val`, a module by `splits.validation`.',
    )
  }
  const held = new Set(validation)
  const train = all.filter((index) => !held.has(index))
  return { train, val: all.filter((index) => held.has(index)), test: new Int32Array(0) }
}

function groupsOf({ groups }: SplitInput): Int32Array {
  if (groups !== null) return groups
  throw conflict(
    'split.group=true needs data that says which images belong together',
    'Set data.group_pattern (image folders) or data.group_column (tables), or leave split.group out.',
  )
}

function checkTest({ hasTestPart }: SplitInput, { test_size }: SplitConfig): void {
  if (test_size === null || !hasTestPart) return
  throw conflict(
    'split.test_size is for data without test images of its own; leave it out (null)',
    'With split.test_size=null the images of the data test the model.',
  )
}

function checkGroup({ method }: SplitConfig): void {
  if (method === 'random' || method === 'k_fold') return
  throw conflict(
    `split.method=${method} says itself which images are where, and cannot keep groups together`,
    'Use split=random or split=k_fold, or leave split.group out.',
  )
}

function of(values: Int32Array, indices: Int32Array): Int32Array {
  return indices.map((index) => values[index] as number)
}
