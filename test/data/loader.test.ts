import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.js'
import type { BatchSource } from '../../src/data/batches.js'
import { openLoader, type Loader } from '../../src/data/loader.js'
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
  mix: { mixup: { p: 0.4, alpha: 0.4 }, cutmix: { p: 0.4, alpha: 1 }, classes: 4 },
  seed: 5,
  batchSize: 16,
  lastBatch: 'keep',
}
const order = Int32Array.from({ length: 100 }, (_, i) => 102 - i)

async function batchesOf(workers: number, from = 0, given = source): Promise<string[]> {
  const loader = openLoader(given, workers)
  const seen: string[] = []
  for (const epoch of [0, 1]) {
    for await (const { x, y, targets, indices, count } of loader.epoch(order, epoch, from)) {
      assert.deepEqual([x.length, y.length, indices.length], [count * 90, count, count])
      assert.equal(targets?.length, count * 4)
      const bytes = Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('hex')
      seen.push([y, targets, indices, bytes].join('|'))
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
    for (const workers of [1, 2, 4]) assert.deepEqual(await batchesOf(workers), expected)
    assert.deepEqual(await batchesOf(2, 5), [...expected.slice(5, 7), ...expected.slice(12)])
  })

  it('hands out the same bits where threads make several batches at a time', async () => {
    const small = { ...source, batchSize: 3, lastBatch: 'drop' as const }
    const expected = await batchesOf(0, 0, small)
    assert.equal(expected.length, 66)
    for (const workers of [1, 2]) assert.deepEqual(await batchesOf(workers, 0, small), expected)
    const later = [...expected.slice(10, 33), ...expected.slice(43)]
    assert.deepEqual(await batchesOf(1, 10, small), later)
  })

  it('starts the next epoch well after one was left in the middle', async () => {
    const loader = openLoader(source, 2)
    for await (const { count } of loader.epoch(order, 0, 0)) {
      assert.equal(count, 16)
      break
    }
    const labels: number[] = []
    for await (const { indices } of loader.epoch(order, 1, 0)) labels.push(...indices)
    assert.deepEqual(labels, [...order])
    await loader.close()
  })

  const inFile = (path: string): BatchSource => ({
    ...source,
    images: { ...source.images, store: { kind: 'file', path, start: 0 } },
  })

  /** How many batches came before the error that is thrown. */
  async function failureOf(loader: Loader, each?: (step: number) => void | Promise<void>) {
    let batches = 0
    try {
      for await (const batch of loader.epoch(order, 0, 0)) {
        assert.ok(batch.count > 0)
        await each?.(batches++)
      }
    } catch (error) {
      return { batches, error: error as Error & { readonly code?: string } }
    }
    return assert.fail('nothing was thrown')
  }

  for (const workers of [0, 1, 2]) {
    const described = workers === 1 ? '1 worker' : `${workers} workers`

    it(`tells of a file that is cut off: ${described}`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'atelier-loader-'))
      const path = join(directory, 'pixels')
      writeFileSync(path, pixels.subarray(0, 1000))
      await assert.rejects(
        async () => {
          const loader = openLoader(inFile(path), workers)
          try {
            await loader.epoch(order, 0, 0).next()
          } finally {
            await loader.close()
          }
        },
        (error) => {
          assert.ok(error instanceof AppError)
          assert.equal(error.code, 'data_corrupt')
          assert.match(error.message, /cut off/)
          assert.match(error.hint ?? '', /Remove the file/)
          return true
        },
      )
      rmSync(directory, { recursive: true })
    })

    it(`ends with a clear error when images vanish in an epoch: ${described}`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'atelier-loader-'))
      const path = join(directory, 'pixels')
      writeFileSync(path, pixels)
      const loader = openLoader(inFile(path), workers)
      const { batches, error } = await failureOf(loader, () => truncateSync(path, 1000))
      assert.ok(batches >= 1 && batches < 7, `${batches}`)
      assert.equal(error.code, 'data_corrupt')
      assert.match(error.message, /became shorter|is cut off/)
      await loader.close()
      rmSync(directory, { recursive: true })
    })
  }

  it('passes a defect on as one', async () => {
    const poisoned = { ...source, labels: null as unknown as Int32Array }
    const loader = openLoader(poisoned, 2)
    const { error } = await failureOf(loader)
    assert.ok(!(error instanceof AppError))
    assert.match(error.stack ?? '', /batches/)
    await loader.close()
  })

  it('ends with an error when the threads are gone, and does not wait for them', async () => {
    const loader = openLoader(source, 2)
    const { batches, error } = await failureOf(loader, (step) =>
      step === 1 ? loader.close() : undefined,
    )
    assert.ok(batches >= 2)
    assert.match(error.message, /thread that prepares batches failed/)
    await assert.rejects(loader.epoch(order, 1, 0).next(), /thread that prepares batches/)
  })
})
