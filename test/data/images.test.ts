import assert from 'node:assert/strict'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BatchSource } from '../../src/data/batches.js'
import { openImages, type Images } from '../../src/data/images.js'
import { openLoader } from '../../src/data/loader.js'
import { sharedBytes } from '../../src/data/memory-part.js'
import { noAugmentation } from '../fixtures.js'
import { scratch } from './idx-files.js'

describe('images', function () {
  this.timeout(60_000)
  const directory = scratch()
  const path = join(directory.path, 'pixels.u8')
  after(() => directory.remove())

  const count = 60
  const shape = [6, 4, 3] as const
  const pixels = sharedBytes(count * 72)
  for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 59 + (i >> 6)) & 255
  const inMemory: Images = { store: { kind: 'memory', pixels }, count, stored: shape, resize: null }
  const start = 13
  const inFile: Images = { ...inMemory, store: { kind: 'file', path, start } }
  beforeEach(() => writeFileSync(path, Buffer.concat([Buffer.alloc(start), Buffer.from(pixels)])))

  const sourceOf = (images: Images): BatchSource => ({
    images,
    labels: Int32Array.from({ length: images.count }, (_, i) => i % 3),
    total: images.count,
    normalization: { name: 'rescale_255' },
    augmentation: { ...noAugmentation, hflip: { p: 0.5 } },
    mix: null,
    seed: 3,
    batchSize: 16,
    lastBatch: 'keep',
  })
  async function bitsOf(images: Images, workers: number): Promise<string[]> {
    const loader = openLoader(sourceOf(images), workers)
    const seen: string[] = []
    const order = Int32Array.from({ length: images.count }, (_, i) => (i * 7) % images.count)
    for await (const { x, y } of loader.epoch(order, 0, 0)) {
      seen.push(`${Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('hex')} ${y.join()}`)
    }
    await loader.close()
    return seen
  }

  it('are the same bits in memory and in a file, resized or not, for any number of workers', async () => {
    for (const resize of [null, { shape: [9, 5, 1], method: 'bicubic', fit: 'pad' }] as const) {
      const expected = await bitsOf({ ...inMemory, resize }, 0)
      for (const workers of [0, 1, 2]) {
        assert.deepEqual(await bitsOf({ ...inFile, resize }, workers), expected)
      }
      assert.deepEqual(await bitsOf({ ...inMemory, resize }, 2), expected)
    }
  })

  it('are refused in a file that is too short, before and while it is read', () => {
    const reader = openImages(inFile)
    truncateSync(path, start + 100)
    reader.read([0], new Uint8Array(72))
    assert.throws(() => reader.read([1], new Uint8Array(72)), {
      code: 'data_corrupt',
      message: /became shorter/,
    })
    reader.close()
    assert.throws(() => openImages(inFile), { code: 'data_corrupt', message: /is cut off/ })
    assert.throws(
      () => openImages({ ...inMemory, count: 2 }).read([2], new Uint8Array(72)),
      RangeError,
    )
  })

  it('take no memory in a file, however many they are', async () => {
    const many = 8000
    const large = [120, 120, 3] as const
    truncateSync(path, many * 43_200)
    const images: Images = {
      store: { kind: 'file', path, start: 0 },
      count: many,
      stored: large,
      resize: { shape: [12, 12, 3], method: 'nearest', fit: 'stretch' },
    }
    const loader = openLoader(sourceOf(images), 0)
    const before = process.memoryUsage.rss()
    let [most, batches] = [0, 0]
    for await (const { count } of loader.epoch(
      Int32Array.from({ length: many }, (_, i) => i),
      0,
      0,
    )) {
      assert.ok(count > 0)
      if (batches++ % 20 === 0) most = Math.max(most, process.memoryUsage.rss() - before)
    }
    await loader.close()
    assert.ok(most < 100e6, `${most} bytes more for ${many * 43_200} bytes of pixels`)
  })
})
