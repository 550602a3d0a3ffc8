import assert from 'node:assert/strict'
import type { BatchSource } from '../../src/data/batches.js'
import { openLoader } from '../../src/data/loader.js'
import { memoryPart, sharedBytes } from '../../src/data/memory-part.js'
import { noAugmentation } from '../fixtures.js'

const count = 103
const shape = [6, 5, 3] as const
const pixels = sharedBytes(count * 90)
for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 31) & 255
const labels = Int32Array.from({ length: count }, (_, i) => i % 4)

const source: BatchSource = {
  images: memoryPart(pixels, labels, shape).images,
  labels,
  total: 100,
  normalization: { name: 'standardize' },
  augmentation: {
    ...noAugmentation,
    rotate: { p: 0.7, limit: 45 },
    gaussian_noise: { p: 0.5, std: 20 },
  },
  seed: 5,
  batchSize: 16,
  lastBatch: 'keep',
}
const order = Int32Array.from({ length: 100 }, (_, i) => 102 - i)

async function batchesOf(workers: number, from = 0): Promise<string[]> {
  const loader = openLoader(source, workers)
  const seen: string[] = []
  for (const epoch of [0, 1]) {
    for await (const { x, y, indices, count } of loader.epoch(order, epoch, from)) {
      assert.deepEqual([x.length, y.length, indices.length], [count * 90, count, count])
      seen.push([y, indices, Buffer.from(x.buffer, x.byteOffset, x.byteLength)].join('|'))
    }
  }
  await loader.close()
  return seen
}

describe('openLoader', function () {
  this.timeout(30_000)

  it('hands out the same bits for any number of workers, from any step on', async () => {
    const expected = await batchesOf(0)
    assert.equal(expected.length, 14)
    assert.notEqual(expected[0], expected[7])
    for (const workers of [1, 2, 3]) assert.deepEqual(await batchesOf(workers), expected)
    assert.deepEqual(await batchesOf(2, 5), [...expected.slice(5, 7), ...expected.slice(12)])
  })

  it('starts the next epoch well after one was left in the middle', async () => {
    const loader = openLoader(source, 2)
    for await (const { count } of loader.epoch(order, 0, 0)) {
      assert.equal(count, 16)
      break
    }
    const labels: number[] = []
    for await (const { y } of loader.epoch(order, 1, 0)) labels.push(...y)
    assert.deepEqual(
      labels,
      Array.from(order, (index) => index % 4),
    )
    await loader.close()
  })

  it('tells what a worker could not do', async () => {
    const loader = openLoader(
      {
        ...source,
        images: { ...source.images, store: { kind: 'file', path: '/nowhere/at/all', start: 0 } },
      },
      1,
    )
    await assert.rejects(async () => {
      for await (const batch of loader.epoch(order, 0, 0)) assert.fail(`${batch.count} images`)
    }, /nowhere/)
    await loader.close()
  })
})
