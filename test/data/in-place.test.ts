import assert from 'node:assert/strict'
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { DataContext, Part } from '../../src/data/data-set.js'
import { openData } from '../../src/data/datasets.js'
import { firstEqual } from '../../src/data/duplicates.js'
import { pixelStatistics } from '../../src/data/pixel-statistics.js'
import type { DataConfig, IdxConfig, PixelCsvConfig } from '../../src/spec/types.gen.js'
import { idxBytes, listeningContext, scratch } from './idx-files.js'

const plain = {
  resize: { size: null, method: 'bilinear', fit: 'stretch' },
  channels: 'keep',
  batch_size: 2,
  last_batch: 'keep',
  num_workers: 0,
} as const

describe('images that are too large for memory', function () {
  this.timeout(60_000)
  const directory = scratch()
  const at = (name: string) => join(directory.path, name)
  after(() => directory.remove())

  const count = 12
  const pixels = Uint8Array.from({ length: count * 6 }, (_, i) => (i * 37) & 255)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3)
  const idx = (from: number, to: number) =>
    idxBytes([to - from, 2, 3], pixels.subarray(6 * from, 6 * to))
  before(() => {
    writeFileSync(at('all'), idx(0, count))
    writeFileSync(at('all.gz'), gzipSync(idx(0, count)))
    writeFileSync(at('first'), idx(0, 5))
    writeFileSync(at('rest.gz'), gzipSync(idx(5, count)))
    writeFileSync(at('labels'), idxBytes([count], labels))
    const row = (_: unknown, i: number) =>
      [`kind ${labels[i]}`, ...pixels.subarray(6 * i, 6 * i + 6), `g${i >> 1}`].join()
    const rows = Array.from({ length: count }, row)
    writeFileSync(at('all.csv'), ['kind,a,b,c,d,e,f,group', ...rows].join('\n'))
  })

  const idxOf = (images: string | [string, ...string[]]): IdxConfig => ({
    ...{ name: 'idx', train_images: images, train_labels: at('labels') },
    ...{ test_images: null, test_labels: null, classes: null, label_base: 0, ...plain },
  })
  const csv: PixelCsvConfig = {
    ...{ name: 'pixel_csv', path: at('all.csv'), test_path: null, label_column: 'kind' },
    ...{ group_column: 'group', separator: ',', label_base: 0, size: [2, 3], classes: null },
    ...plain,
  }

  async function same(config: DataConfig, name: string, own: string | null): Promise<void> {
    const context = listeningContext({ cacheDirectory: at(`cache of ${name}`) })
    const held = await openData(config, context)
    assert.equal(held.splits.train.images.store.kind, 'memory')
    const limited: DataContext = { ...context, memoryLimit: 20 }
    for (const time of ['made', 'found']) {
      const data = await openData(config, limited)
      const { train } = data.splits
      const { store } = train.images
      assert.ok(store.kind === 'file', time)
      if (own === null) assert.ok(store.path.startsWith(limited.cacheDirectory))
      else assert.equal(store.path, own)
      assert.equal(data.fingerprint, held.fingerprint)
      assert.deepEqual(data.files, held.files)
      assert.deepEqual(data.groups, held.groups)
      assert.deepEqual(data.classes, held.classes)
      assert.deepEqual(train.labels, held.splits.train.labels)
      assert.deepEqual(all(train), pixels)
      assert.deepEqual(firstEqual(train), firstEqual(held.splits.train))
    }
    assert.deepEqual(context.warnings, [])
    if (own !== null) return
    const cached = readdirSync(join(limited.cacheDirectory, 'decoded'))
    assert.equal(cached.filter((file) => file.endsWith('.u8')).length, 1)
  }

  it('are the same from one IDX file, packed, and in several files', async () => {
    await same(idxOf(at('all')), 'raw', at('all'))
    await same(idxOf(at('all.gz')), 'packed', null)
    await same(idxOf([at('first'), at('rest.gz')]), 'several', null)
  })

  it('are the same from a CSV file, with labels and groups by name', async () => {
    await same(csv, 'csv', null)
  })

  it('are refused in a file that is cut off or too long, as in memory', async () => {
    const limited = listeningContext({ cacheDirectory: at('cache of bad'), memoryLimit: 20 })
    writeFileSync(at('cut'), idx(0, count).subarray(0, -1))
    writeFileSync(at('long'), Buffer.concat([idx(0, count), Buffer.of(1)]))
    writeFileSync(at('long.gz'), gzipSync(Buffer.concat([idx(0, count), Buffer.of(1)])))
    for (const [name, message] of [
      ['cut', /is cut off/],
      ['long', /goes on after/],
      ['long.gz', /goes on after/],
    ] as const) {
      await assert.rejects(openData(idxOf(at(name)), limited), { code: 'data_corrupt', message })
    }
    assert.deepEqual(readdirSync(join(limited.cacheDirectory, 'decoded')), [])
  })

  it('take little memory to open, to compare and to take statistics of', async () => {
    const [many, side] = [60_000, 56]
    const block = Buffer.alloc(many * side)
    for (let i = 0; i < block.length; i++) block[i] = (i * 2654435761) >>> 24
    const size = side * side
    writeFileSync(at('large'), idxBytes([many, side, side], new Uint8Array(0)))
    for (let part = 0; part < side; part++) appendFileSync(at('large'), block)
    writeFileSync(
      at('large-labels'),
      idxBytes(
        [many],
        Buffer.alloc(many, 'abc').map((v) => v - 97),
      ),
    )
    const before = process.memoryUsage()
    const config = { ...idxOf(at('large')), train_labels: at('large-labels') }
    const { splits } = await openData(config, listeningContext({ memoryLimit: 1 << 24 }))
    assert.equal(splits.train.images.store.kind, 'file')
    pixelStatistics(
      splits.train,
      Int32Array.from({ length: many }, (_, i) => i),
    )
    firstEqual(splits.train)
    const after = process.memoryUsage()
    const more = after.rss - before.rss
    assert.ok(more < 100e6, `${more} bytes more for ${many * size} bytes of pixels`)
  })
})

function all(part: Part): Uint8Array {
  const out = new Uint8Array(part.count * 6)
  part.read(
    Int32Array.from({ length: part.count }, (_, index) => index),
    out,
  )
  return out
}
