import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.js'
import { splitTraining } from '../../src/data/split.js'
import type { SplitConfig } from '../../src/spec/types.gen.js'

const config = (changes: Partial<SplitConfig>): SplitConfig => ({
  method: 'random',
  val_size: 0.1,
  stratify: true,
  seed: 0,
  ...changes,
})

function counts(labels: Int32Array, indices: Int32Array): number[] {
  const result: number[] = new Array<number>(labels.reduce((a, b) => Math.max(a, b)) + 1).fill(0)
  for (const index of indices) result[labels[index]!]!++
  return result
}

function refused(labels: Int32Array, changes: Partial<SplitConfig>, message: RegExp): void {
  assert.throws(
    () => splitTraining(labels, config(changes)),
    (error) =>
      error instanceof AppError && error.code === 'config_conflict' && message.test(error.message),
  )
}

describe('splitTraining', () => {
  const sizes = fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 1, maxLength: 6 })
  const labelsOf = (classSizes: readonly number[]) =>
    Int32Array.from(classSizes.flatMap((size, label) => new Array<number>(size).fill(label)))

  it('puts every image on one side, ascending, in exact numbers, near each share', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.double({ min: 0.2, max: 0.6, noNaN: true }),
        fc.integer({ min: 0, max: 1000 }),
        fc.boolean(),
        (classSizes, val_size, seed, stratify) => {
          const labels = labelsOf(classSizes)
          const valCount = Math.ceil(labels.length * val_size - 1e-9)
          fc.pre(Math.min(valCount, labels.length - valCount) >= classSizes.length)
          let split
          try {
            split = splitTraining(labels, config({ val_size, seed, stratify }))
          } catch (error) {
            assert.match(String(error), /leaves no training image/)
            return
          }
          assert.equal(split.val.length, valCount)
          assert.deepEqual(
            [...split.train, ...split.val].sort((a, b) => a - b),
            [...labels.keys()],
          )
          assert.deepEqual(split.train, split.train.slice().sort())
          assert.deepEqual(split.val, split.val.slice().sort())
          if (!stratify) return
          for (const [label, count] of counts(labels, split.train).entries()) {
            const share = (classSizes[label]! * split.train.length) / labels.length
            assert.ok(Math.abs(count - share) < 1)
          }
        },
      ),
    )
  })

  it('depends on its seed alone', () => {
    const labels = labelsOf([30, 30, 40])
    assert.deepEqual(splitTraining(labels, config({})), splitTraining(labels, config({})))
    assert.notDeepEqual(
      splitTraining(labels, config({})),
      splitTraining(labels, config({ seed: 1 })),
    )
  })

  it('trains on everything when val_size is 0', () => {
    const split = splitTraining(labelsOf([1, 3]), config({ val_size: 0 }))
    assert.deepEqual([...split.train], [0, 1, 2, 3])
    assert.equal(split.val.length, 0)
  })

  it('gives the exact numbers of the five garment groups', () => {
    const labels = labelsOf([24000, 6000, 6000, 18000, 6000])
    const split = splitTraining(labels, config({ val_size: 0.2 }))
    assert.deepEqual(counts(labels, split.train), [19200, 4800, 4800, 14400, 4800])
    assert.equal(split.val.length, 12000)
  })

  it('is not led astray by rounding: 0.07 of 100 is 7', () => {
    assert.equal(splitTraining(labelsOf([50, 50]), config({ val_size: 0.07 })).val.length, 7)
  })

  it('takes labels that do not occur, and a million images', () => {
    const labels = Int32Array.from({ length: 1_000_000 }, (_, i) => (i % 3) * 2)
    const split = splitTraining(labels, config({ val_size: 0.1 }))
    assert.deepEqual(counts(labels, split.val), [33334, 0, 33333, 0, 33333])
  })

  it('refuses what cannot be split', () => {
    refused(labelsOf([10, 5, 1]), { val_size: 0.2 }, /label 2 has one image/)
    refused(
      labelsOf([10, 10, 10, 10]),
      { val_size: 0.05 },
      /fewer validation images than the 4 labels/,
    )
    refused(labelsOf([10, 10, 10, 10]), { val_size: 0.95 }, /fewer training images than the 4/)
    refused(labelsOf([2, 2]), { val_size: 0.9, stratify: false }, /leaves none of 4 images/)
    refused(labelsOf([900, 98, 2]), { val_size: 0.9 }, /no training image of label 2, which has 2/)
  })

  const fixtures = process.env['ATELIER_FIXTURES']
  describe(`agrees with scikit-learn${fixtures === undefined ? ' (needs ATELIER_FIXTURES)' : ''}`, () => {
    interface Case {
      name: string
      y?: number[]
      class_counts: number[]
      sizes: { test_size?: number; train_size?: number }
      ties_to_lowest_class: { train: number[]; test: number[] }
    }
    it('in the numbers of each label', function () {
      if (fixtures === undefined) return this.skip()
      const text = readFileSync(join(fixtures, 'sklearn', 'splits.json'), 'utf8')
      const cases = (JSON.parse(text) as { stratified_shuffle_split: Case[] })
        .stratified_shuffle_split
      const fractions = cases.filter(
        ({ sizes: { test_size = 1, train_size } }) => test_size < 1 && train_size === undefined,
      )
      assert.ok(fractions.length > 5)
      for (const {
        name,
        y,
        class_counts,
        sizes: asked,
        ties_to_lowest_class: expected,
      } of fractions) {
        const labels = y === undefined ? labelsOf(class_counts) : Int32Array.from(y)
        const split = splitTraining(labels, config({ val_size: asked.test_size! }))
        assert.deepEqual(counts(labels, split.train), expected.train, name)
        assert.deepEqual(counts(labels, split.val), expected.test, name)
      }
    })
  })
})
