import assert from 'node:assert/strict'
import { composeRoot } from '../../src/config/compose.js'
import { defaultSettings } from '../../src/config/settings.js'
import { openData } from '../../src/data/datasets.js'
import { mapLabels } from '../../src/data/labels.js'
import { memoryPart } from '../../src/data/memory-part.js'
import { pixelStatistics } from '../../src/data/pixel-statistics.js'
import { splitData } from '../../src/train/plan-split.js'
import { testContext } from '../train/planning.js'

describe('pixelStatistics', () => {
  it('are the mean and population deviation of each channel, over the given images alone', () => {
    const pixels = Uint8Array.of(0, 10, 4, 10, /**/ 2, 10, 6, 10, /**/ 255, 255, 255, 255)
    const part = memoryPart(pixels, new Int32Array(3), [1, 2, 2])
    // The first channel of two images holds 0, 4, 2, 6: mean 3, squared deviations 9, 1, 1, 9.
    const { mean, std } = pixelStatistics(part, Int32Array.of(1, 0))
    assert.deepEqual(
      [mean, std],
      [
        [3, 10],
        [Math.sqrt(5), 0],
      ],
    )
  })

  it('of the real images, and of the training part of 80 to 20, are the known ones', async function () {
    const { env } = process
    if (env['FASHION_DIR'] === undefined) {
      console.warn('  SKIPPED: FASHION_DIR is not set.')
      return this.skip()
    }
    this.timeout(60_000)
    const words = ['data=fashion_mnist', 'labels=garment_groups', 'split.val_size=0.2']
    const { config } = composeRoot('train', [...words, 'split=stratified'], {
      cwd: process.cwd(),
      env: {},
      settings: defaultSettings,
    })
    const data = await openData(config.data, { ...testContext('/nowhere'), env })
    const part = data.splits.train
    const all = pixelStatistics(
      part,
      Int32Array.from({ length: part.count }, (_, i) => i),
    )
    assert.ok(Math.abs(all.mean[0]! - 72.94035) < 5e-6, `${all.mean[0]}`)
    assert.ok(Math.abs(all.std[0]! - 90.02118) < 5e-6, `${all.std[0]}`)
    const { train } = await splitData(data, mapLabels(config.labels, data.classes), config.split)
    assert.equal(train.length, 48_000)
    const own = pixelStatistics(part, train)
    const pixels = new Uint8Array(784)
    let [sum, squares] = [0, 0]
    for (const index of train) {
      part.read([index], pixels)
      for (const value of pixels) {
        sum += value
        squares += value * value
      }
    }
    const count = train.length * 784
    assert.ok(Math.abs(own.mean[0]! - sum / count) < 1e-9)
    assert.ok(Math.abs(own.std[0]! - Math.sqrt(squares / count - (sum / count) ** 2)) < 1e-9)
    assert.ok(Math.abs(own.mean[0]! - 72.94419) < 5e-6)
    assert.ok(Math.abs(own.std[0]! - 90.0348) < 5e-6)
  })
})
