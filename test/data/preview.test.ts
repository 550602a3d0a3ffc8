import assert from 'node:assert/strict'
import { createBatches } from '../../src/data/batches.js'
import { openData } from '../../src/data/datasets.js'
import { labelsOf, mapLabels } from '../../src/data/labels.js'
import { previewAugmentation } from '../../src/data/preview.js'
import { splitData } from '../../src/train/plan-split.js'
import { testContext, trainConfig } from '../train/planning.js'

describe('previewAugmentation', () => {
  async function request(words: readonly string[]) {
    const { config } = trainConfig(words)
    const data = await openData(config.data, testContext('unused'))
    const labels = mapLabels(config.labels, data.classes)
    const split = await splitData(data, labels, config.split)
    const { augmentation, seed } = config
    return { data, labels, split, augmentation, seed, images: 3, epochs: 2 }
  }

  it('shows the very images that training draws', async () => {
    const given = await request(['augmentation=challenge'])
    const { originals, epochs } = previewAugmentation(given)
    const { images, labels: classes } = given.data.splits.train
    const batches = createBatches({
      images,
      labels: labelsOf(given.labels, classes),
      total: given.split.train.length,
      normalization: { name: 'none' },
      augmentation: given.augmentation,
      mix: null,
      seed: given.seed,
      batchSize: 64,
      lastBatch: 'keep',
    })
    const { x } = batches.fill(given.split.train, 0, 1)
    for (const [k, { index }] of originals.entries()) {
      const row = given.split.train.indexOf(index)
      assert.notEqual(row, -1)
      const trained = [...x.subarray(row * 784, (row + 1) * 784)].map(Math.round)
      assert.deepEqual([...epochs[1]!.pictures[k]!.pixels], trained)
    }
    batches.close()
  })

  it('shows each transform that is switched on by itself, whatever its probability', async () => {
    const given = await request(['augmentation.hflip.p=0.001', 'augmentation.shift.p=0'])
    const { originals, transforms } = previewAugmentation(given)
    assert.deepEqual(
      transforms.map(({ name }) => name),
      ['hflip'],
    )
    const mirrored = Uint8Array.from(
      { length: 784 },
      (_, i) => originals[0]!.picture.pixels[i - (i % 28) + 27 - (i % 28)]!,
    )
    assert.deepEqual(transforms[0]!.pictures[0]!.pixels, mirrored)
  })

  it('shows all transforms, and no epochs, where none is switched on', async () => {
    const { transforms, epochs } = previewAugmentation(await request([]))
    const names = transforms.map(({ name }) => name)
    assert.ok(
      ['hflip', 'rand_augment', 'mixup', 'cutmix'].every((name) => names.includes(name as never)),
    )
    assert.deepEqual(epochs, [])
  })
})
