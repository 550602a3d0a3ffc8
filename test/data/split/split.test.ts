import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { AppError } from '../../../src/core/errors.js'
import { splitImages, type Split, type SplitInput } from '../../../src/data/split/split.js'
import type { SplitConfig } from '../../../src/spec/types.gen.js'

const config = (changes: Partial<SplitConfig>): SplitConfig => ({
  method: 'random',
  val_size: 0.1,
  stratify: true,
  test_size: null,
  folds: 5,
  fold: 0,
  group: false,
  keep_duplicates_together: true,
  files: { train: null, val: null, test: null },
  seed: 0,
  ...changes,
})

function input(labels: Int32Array, changes: Partial<SplitInput> = {}): SplitInput {
  const duplicates = () => Int32Array.from(labels.keys())
  return { labels, groups: null, validation: null, hasTestPart: false, duplicates, ...changes }
}

const split = (labels: Int32Array, changes: Partial<SplitConfig>, more?: Partial<SplitInput>) =>
  splitImages(input(labels, more), config(changes))

function counts(labels: Int32Array, indices: Int32Array): number[] {
  const result: number[] = new Array<number>(labels.reduce((a, b) => Math.max(a, b)) + 1).fill(0)
  for (const index of indices) result[labels[index]!]!++
  return result
}

async function refused(
  labels: Int32Array,
  changes: Partial<SplitConfig>,
  message: RegExp,
  more?: Partial<SplitInput>,
): Promise<void> {
  await assert.rejects(
    split(labels, changes, more),
    (error) =>
      error instanceof AppError && error.code === 'config_conflict' && message.test(error.message),
  )
}

const labelsOf = (classSizes: readonly number[]) =>
  Int32Array.from(classSizes.flatMap((size, label) => new Array<number>(size).fill(label)))

function assertPartition(count: number, { train, val, test }: Split): void {
  for (const side of [train, val, test]) assert.deepEqual(side, side.slice().sort())
  const all = [...train, ...val, ...test].sort((a, b) => a - b)
  assert.deepEqual(all, [...Array(count).keys()])
}

describe('splitImages', () => {
  const sizes = fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 1, maxLength: 6 })

  it('puts every image on one side, ascending, in exact numbers, near each share', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.double({ min: 0.2, max: 0.6, noNaN: true }),
        fc.integer({ min: 0, max: 1000 }),
        fc.boolean(),
        async (classSizes, val_size, seed, stratify) => {
          const labels = labelsOf(classSizes)
          const valCount = Math.ceil(labels.length * val_size - 1e-9)
          fc.pre(Math.min(valCount, labels.length - valCount) >= classSizes.length)
          let sides
          try {
            sides = await split(labels, { val_size, seed, stratify })
          } catch (error) {
            assert.match(String(error), /leaves no training image/)
            return
          }
          assert.equal(sides.val.length, valCount)
          assertPartition(labels.length, sides)
          if (!stratify) return
          for (const [label, count] of counts(labels, sides.train).entries()) {
            const share = (classSizes[label]! * sides.train.length) / labels.length
            assert.ok(Math.abs(count - share) < 1)
          }
        },
      ),
    )
  })

  it('depends on its seed alone', async () => {
    const labels = labelsOf([30, 30, 40])
    assert.deepEqual(await split(labels, {}), await split(labels, {}))
    assert.notDeepEqual(await split(labels, {}), await split(labels, { seed: 1 }))
  })

  it('trains on everything when val_size is 0', async () => {
    const { train, val } = await split(labelsOf([1, 3]), { val_size: 0 })
    assert.deepEqual([[...train], val.length], [[0, 1, 2, 3], 0])
  })

  it('gives the exact numbers of the five garment groups', async () => {
    const labels = labelsOf([24000, 6000, 6000, 18000, 6000])
    const { train, val } = await split(labels, { val_size: 0.2 })
    assert.deepEqual(counts(labels, train), [19200, 4800, 4800, 14400, 4800])
    assert.equal(val.length, 12000)
  })

  it('is not led astray by rounding: 0.07 of 100 is 7', async () => {
    assert.equal((await split(labelsOf([50, 50]), { val_size: 0.07 })).val.length, 7)
  })

  it('takes labels that do not occur, and a million images', async () => {
    const labels = Int32Array.from({ length: 1_000_000 }, (_, i) => (i % 3) * 2)
    const { val } = await split(labels, { val_size: 0.1, keep_duplicates_together: false })
    assert.deepEqual(counts(labels, val), [33334, 0, 33333, 0, 33333])
  })

  it('sets test images aside first: 486 images at a quarter twice give 273, 91 and 122', async () => {
    const labels = labelsOf([308, 139, 39])
    const sides = await split(labels, { test_size: 0.25, val_size: 0.25, stratify: false })
    assertPartition(486, sides)
    assert.deepEqual([sides.train.length, sides.val.length, sides.test.length], [273, 91, 122])
  })

  it('takes the last images, as Keras does', async () => {
    const sides = await split(labelsOf([30000, 30000]), { method: 'tail', val_size: 0.05 })
    assert.deepEqual([sides.train.length, sides.val[0], sides.val.length], [57000, 57000, 3000])
  })

  it('cuts folds that together validate every image once', async () => {
    const labels = labelsOf([10, 21, 13])
    for (const stratify of [true, false]) {
      const validated: number[] = []
      for (const fold of [0, 1, 2, 3]) {
        const sides = await split(labels, { method: 'k_fold', folds: 4, fold, stratify })
        assertPartition(44, sides)
        validated.push(...sides.val)
      }
      assert.deepEqual(
        validated.sort((a, b) => a - b),
        [...labels.keys()],
      )
    }
  })

  it('keeps groups whole, near the shares of the labels', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom('random' as const, 'k_fold' as const),
        async (seed, method) => {
          const groups = Int32Array.from({ length: 300 }, (_, index) => Math.floor(index / 5))
          const labels = groups.map((group) => group % 3)
          const sides = await split(
            labels,
            { method, seed, group: true, val_size: 0.2 },
            { groups },
          )
          assertPartition(300, sides)
          const held = new Set(sides.val.map((index) => groups[index]!))
          assert.ok(sides.train.every((index) => !held.has(groups[index]!)))
          assert.ok(Math.abs(sides.val.length - 60) <= 15, `${sides.val.length}`)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('keeps equal images on one side without changing the numbers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 100 }), async (seed) => {
        const labels = labelsOf([60, 60])
        // Images 0 to 9 are the same, and 60 is like 61.
        const equal = (_: number, index: number) => (index < 10 ? 0 : index === 61 ? 60 : index)
        const duplicates = () => labels.map(equal)
        const changes = { seed, val_size: 0.25, test_size: 0.1 }
        const sides = await split(labels, changes, { duplicates })
        assertPartition(120, sides)
        const sideOf = (index: number) =>
          [sides.train, sides.val, sides.test].findIndex((side) => side.includes(index))
        assert.equal(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(sideOf)).size, 1)
        assert.equal(sideOf(60), sideOf(61))
        const plain = await split(labels, { ...changes, keep_duplicates_together: false })
        for (const side of ['train', 'val', 'test'] as const) {
          assert.deepEqual(counts(labels, sides[side]), counts(labels, plain[side]))
        }
      }),
      { numRuns: 40 },
    )
  })

  it('keeps equal images and whole groups on one side at once, in folds that validate every image once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1000 }),
        fc.boolean(),
        fc.constantFrom('random' as const, 'k_fold' as const),
        async (seed, group, method) => {
          const groups = Int32Array.from({ length: 120 }, (_, index) => Math.floor(index / 4))
          const labels = groups.map((own) => own % 2)
          // Image 1 is like 50 (of the same label), and 51 like 90.
          const twins = new Map([
            [50, 1],
            [90, 51],
          ])
          const duplicates = () => labels.map((_, index) => twins.get(index) ?? index)
          const validated: number[] = []
          for (const fold of [0, 1, 2]) {
            const changes = { method, seed, group, val_size: 0.3, folds: 3, fold }
            const sides = await split(labels, changes, { groups, duplicates })
            assertPartition(120, sides)
            const held = new Set(sides.val)
            const numbers = duplicates()
            for (const other of sides.train) {
              for (const own of held) {
                assert.notEqual(numbers[own], numbers[other])
                if (group) assert.notEqual(groups[own], groups[other])
              }
            }
            validated.push(...sides.val)
          }
          if (method === 'random') return
          validated.sort((a, b) => a - b)
          assert.deepEqual(validated, [...labels.keys()])
        },
      ),
      { numRuns: 25 },
    )
  })

  it('refuses to keep groups together where the sides are given', async () => {
    const groups = Int32Array.from([0, 0, 1, 1])
    for (const method of ['tail', 'files', 'predefined'] as const) {
      await refused(labelsOf([2, 2]), { method, group: true }, /cannot keep groups/, { groups })
    }
  })

  it('follows what the data sets aside, or index files', async () => {
    const labels = labelsOf([3, 3])
    const validation = Int32Array.from([1, 4])
    const own = await split(labels, { method: 'predefined' }, { validation })
    assert.deepEqual(
      [[...own.train], [...own.val]],
      [
        [0, 2, 3, 5],
        [1, 4],
      ],
    )
    const directory = mkdtempSync(join(tmpdir(), 'atelier-split-'))
    const file = (name: string, text: string) => {
      writeFileSync(join(directory, name), text)
      return join(directory, name)
    }
    const files = { train: null, val: file('val', '5\n0\n'), test: file('test', '3') }
    const read = await split(labels, { method: 'files', files })
    assert.deepEqual([[...read.train], [...read.val], [...read.test]], [[1, 2, 4], [0, 5], [3]])
    for (const [text, message] of [
      ['6', /no index from 0 to 5/],
      ['1.5', /no index/],
      ['1\n1', /also at/],
    ] as const) {
      const val = file('bad', text)
      await assert.rejects(split(labels, { method: 'files', files: { ...files, val } }), message)
    }
    rmSync(directory, { recursive: true })
  })

  it('refuses what cannot be split', async () => {
    await refused(labelsOf([10, 5, 1]), { val_size: 0.2 }, /label 2 has one image/)
    const four = labelsOf([10, 10, 10, 10])
    await refused(four, { val_size: 0.05 }, /fewer validation images than the 4 labels/)
    await refused(four, { val_size: 0.95 }, /fewer training images than the 4/)
    await refused(labelsOf([2, 2]), { val_size: 0.9, stratify: false }, /4 images cannot be split/)
    await refused(
      labelsOf([900, 98, 2]),
      { val_size: 0.9 },
      /no training image of label 2, which has 2/,
    )
    await refused(four, { method: 'k_fold', fold: 5 }, /split.fold=5 is not below/)
    await refused(four, { method: 'k_fold', folds: 11 }, /no label has 11 images/)
    await refused(four, { method: 'predefined' }, /sets validation images aside/)
    await refused(four, { method: 'files' }, /needs split.files/)
    await refused(four, { group: true }, /which images belong together/)
    await refused(four, { test_size: 0.5 }, /without test images of its own/, { hasTestPart: true })
  })
})
