import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Random } from '../../src/core/random.js'
import { createBatches, epochOrder } from '../../src/data/batches.js'
import { normalizationOf } from '../../src/data/normalize.js'
import { memoryPart } from '../../src/data/memory-part.js'

const shape = [2, 2, 1] as const
const part = (count: number) =>
  memoryPart(
    Uint8Array.from({ length: count * 4 }, (_, i) => i & 255),
    Int32Array.from({ length: count }, (_, i) => i % 3),
    shape,
  )
const labels = (count: number) => Int32Array.from({ length: count }, (_, i) => 5 + (i % 3))

describe('createBatches', () => {
  it('shows each image of an epoch once, with its own label and pixels', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom('keep' as const, 'drop' as const),
        (count, batchSize, lastBatch) => {
          fc.pre(lastBatch === 'keep' || batchSize <= count)
          const indices = Int32Array.from({ length: count }, (_, i) => i)
          const batches = createBatches({
            images: part(count).images,
            labels: labels(count),
            total: count,
            normalization: { name: 'rescale_255' },
            augmentation: null,
            mix: null,
            seed: 1,
            batchSize,
            lastBatch,
          })
          const order = epochOrder(indices, new Random(1, 'shuffle/0'))
          const seen: number[] = []
          for (let step = 0; step < batches.steps; step++) {
            const batch = batches.fill(order, step)
            assert.equal(batch.x.length, batch.count * 4)
            assert.equal(batch.y.length, batch.count)
            for (let k = 0; k < batch.count; k++) {
              const index = batch.indices[k]!
              seen.push(index)
              assert.equal(batch.y[k], 5 + (index % 3))
              assert.equal(batch.x[4 * k + 1], Math.fround(((4 * index + 1) & 255) / 255))
            }
          }
          const expected = lastBatch === 'keep' ? count : count - (count % batchSize)
          assert.deepEqual(seen, [...order.subarray(0, expected)])
        },
      ),
    )
  })

  it('uses the same buffers again, a view of them for a smaller last batch', () => {
    const indices = Int32Array.from({ length: 5 }, (_, i) => i)
    const batches = createBatches({
      images: part(5).images,
      labels: labels(5),
      total: 5,
      normalization: { name: 'none' },
      augmentation: null,
      mix: null,
      seed: 1,
      batchSize: 3,
      lastBatch: 'keep',
    })
    const first = batches.fill(indices, 0)
    const last = batches.fill(indices, 1)
    assert.equal(batches.steps, 2)
    assert.equal(last.count, 2)
    assert.equal(first.x.buffer, last.x.buffer)
    assert.deepEqual([...last.x], [12, 13, 14, 15, 16, 17, 18, 19])
  })

  it('refuses to drop the only batch', () => {
    assert.throws(
      () =>
        createBatches({
          images: part(5).images,
          labels: labels(5),
          total: 2,
          normalization: { name: 'none' },
          augmentation: null,
          mix: null,
          seed: 1,
          batchSize: 3,
          lastBatch: 'drop',
        }),
      { code: 'config_conflict' },
    )
  })
})

describe('epochOrder', () => {
  it('is a permutation that depends on the stream alone and leaves the indices as they are', () => {
    const indices = Int32Array.from({ length: 100 }, (_, i) => i * 2)
    const order = epochOrder(indices, new Random(3, 'shuffle/1'))
    assert.deepEqual(order, epochOrder(indices, new Random(3, 'shuffle/1')))
    assert.notDeepEqual(order, epochOrder(indices, new Random(3, 'shuffle/2')))
    assert.deepEqual(order.slice().sort(), indices)
  })
})

describe('normalizations', () => {
  const pixels = Uint8Array.from({ length: 256 }, (_, i) => i)

  it('none keeps the numbers', () => {
    const out = new Float32Array(256)
    normalizationOf({ name: 'none' }).fill(pixels, out, 2, 128)
    assert.deepEqual([...out], [...pixels])
  })

  it('rescale_255 gives the float32 nearest to v / 255', () => {
    const out = new Float32Array(256)
    normalizationOf({ name: 'rescale_255' }).fill(pixels, out, 256, 1)
    assert.deepEqual(
      [...out],
      Array.from(pixels, (value) => Math.fround(value / 255)),
    )
  })
})

describe('memoryPart', () => {
  it('refuses an index it does not have', () => {
    assert.throws(() => part(3).read([3], new Uint8Array(4)), RangeError)
    assert.throws(() => part(3).read([-1], new Uint8Array(4)), RangeError)
  })
})
