import assert from 'node:assert/strict'
import { describeImages } from '../../src/data/describe.js'
import { openData } from '../../src/data/datasets.js'
import { mapLabels } from '../../src/data/labels.js'
import type { LabelsConfig } from '../../src/spec/types.gen.js'
import { splitData } from '../../src/train/plan-split.js'
import { testContext, trainConfig } from '../train/planning.js'
import { garmentGroups, quiet, smallData, smallDescribed } from './describing.js'

describe('describeImages', () => {
  it('counts images by class and side, and pixels of training and validation images', async () => {
    const { images, classes, labels, pixels, constantImages } = await describeImages(
      smallDescribed(),
      quiet,
    )
    assert.deepEqual(images, { train: 3, val: 2, test: 1, left_out: 1 })
    assert.deepEqual(
      classes.map(({ name, label, images: own }) => [name, label, ...Object.values(own)]),
      [
        ['a', 'a', 2, 1, 0, 0],
        ['b', 'b', 1, 1, 1, 0],
        ['c <&>', null, 0, 0, 0, 1],
      ],
    )
    assert.deepEqual(
      labels?.map(({ name }) => name),
      ['a', 'b'],
    )
    assert.equal(pixels.train_val?.mean, (10 + 20 + 0 + 0 + 10 + 20 + 30 + 40 + 10 + 20) / 10)
    assert.equal(pixels.train?.median, 10)
    assert.equal(pixels.test?.max, 40)
    assert.equal(classes[2]!.pixels.train_val, null)
    assert.equal(constantImages, 1)
  })

  it('finds equal images within and across the sides, and those whose labels contradict', async () => {
    const { duplicates } = await describeImages(smallDescribed(), quiet)
    assert.deepEqual(duplicates.uniqueInPart, { train: 4, test: 1 })
    assert.equal(duplicates.inBothParts, 1)
    assert.deepEqual(duplicates.within, { train: 1, val: 0, test: 0 })
    assert.deepEqual(duplicates.across, { train_val: 1, train_test: 0, val_test: 1 })
    assert.deepEqual(
      duplicates.sets.map(({ places, conflicting }) => [
        places.map(({ part, index }) => `${part} ${index}`),
        conflicting,
      ]),
      [
        [['train 0', 'train 2', 'train 5'], true],
        [['train 3', 'test 0'], false],
      ],
    )
  })

  it('averages pixel by pixel, each class and all classes of a label', async () => {
    const described = smallDescribed()
    const { classes } = await describeImages(described, quiet)
    assert.deepEqual([...classes[0]!.averages!.mean.pixels], [7, 13])
    assert.deepEqual([...classes[0]!.averages!.median!.pixels], [10, 20])
    const together = { ...garmentGroups, groups: { both: ['a', 'b'], other: ['c <&>'] } }
    const labels = mapLabels(together as typeof garmentGroups, described.data.classes)
    const grouped = await describeImages({ ...described, labels }, quiet)
    assert.deepEqual([...grouped.labels![0]!.averages!.mean.pixels], [12, 20])
    assert.equal(grouped.labels![0]!.pixels.train_val!.values, 10)
  })

  it('tells the channels apart', async () => {
    const data = smallData([[0, 1, 2, 3, 5, 6, 7]], [], ['a', 'b'])
    const config: LabelsConfig = { name: 'classes', exclude: [], rename: {}, aliases: {} }
    const labels = mapLabels(config, data.classes)
    const none = new Int32Array(0)
    const split = { train: Int32Array.of(0), val: none, test: none }
    const { channels, labels: own } = await describeImages({ data, labels, split, seed: 0 }, quiet)
    assert.deepEqual(
      channels.map((one) => one?.mean),
      [3, 4, 5],
    )
    assert.equal(own, null)
  })

  it('stops between blocks when it is asked to', async () => {
    const signal = AbortSignal.abort()
    await assert.rejects(describeImages(smallDescribed(), { ...quiet, signal }), {
      code: 'interrupted',
    })
  })

  it("has Fashion-MNIST's published figures", async function () {
    const { FASHION_DIR } = process.env
    if (FASHION_DIR === undefined) {
      console.log('      skipped: FASHION_DIR is not set')
      this.skip()
    }
    const { config } = trainConfig([])
    const data = await openData(
      {
        ...config.data,
        name: 'fashion_mnist',
        directory: FASHION_DIR,
        mirrors: [],
      } as unknown as typeof config.data,
      testContext('unused'),
    )
    const labels = mapLabels(garmentGroups, data.classes)
    const split = await splitData(data, labels, { ...config.split, stratify: true, val_size: 0.2 })
    const found = await describeImages({ data, labels, split, seed: 42 }, quiet)
    assert.deepEqual(found.duplicates.uniqueInPart, { train: 60000, test: 10000 })
    assert.equal(found.duplicates.inBothParts, 0)
    assert.equal(found.pixels.train_val!.mean.toFixed(5), '72.94035')
    assert.equal(found.pixels.train_val!.std.toFixed(5), '90.02118')
    assert.deepEqual(
      found.labels!.map(({ pixels }) => [
        pixels.train_val!.mean.toFixed(3),
        pixels.train_val!.median,
      ]),
      [
        ['90.488', 69],
        ['56.841', 0],
        ['66.019', 0],
        ['51.478', 0],
        ['90.157', 62],
      ],
    )
    assert.deepEqual(
      found.classes.map(({ pixels }) => pixels.train_val!.mean.toFixed(2)),
      '83.03 56.84 96.06 66.02 98.26 34.87 84.61 42.76 90.16 76.81'.split(' '),
    )
    assert.deepEqual(
      found.classes.map(({ pixels }) => pixels.train_val!.median),
      [48, 0, 83, 0, 87, 0, 62, 0, 62, 0],
    )
    assert.deepEqual(
      found.labels!.map(({ images }) => images.train),
      [19200, 4800, 4800, 14400, 4800],
    )
    assert.equal(found.images.val, 12000)
    assert.equal(found.examples.length, 25)
  })
})
