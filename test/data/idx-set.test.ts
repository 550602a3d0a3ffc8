import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openData } from '../../src/data/datasets.js'
import type { IdxConfig } from '../../src/spec/types.gen.js'
import { idxBytes, listeningContext, scratch } from './idx-files.js'

describe('idx', () => {
  const directory = scratch()
  const at = (name: string) => join(directory.path, name)
  after(() => directory.remove())

  const images = (count: number, first: number) =>
    idxBytes(
      [count, 2, 2],
      Uint8Array.from({ length: count * 4 }, (_, i) => first + i),
    )
  const labels = (...numbers: number[]) => idxBytes([numbers.length], Uint8Array.from(numbers))
  const open = (changes: Partial<IdxConfig> = {}) =>
    openData(
      {
        name: 'idx',
        train_images: [at('a-images'), at('b-images.gz')],
        train_labels: [at('a-labels.gz'), at('b-labels')],
        ...{ test_images: null, test_labels: null, classes: null, label_base: 0 },
        resize: { size: null, method: 'bilinear', fit: 'stretch' },
        ...{ channels: 'keep', batch_size: 2, last_batch: 'keep', num_workers: 0 },
        ...changes,
      },
      listeningContext(),
    )
  const write = (files: Record<string, Uint8Array>) => {
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(at(name), name.endsWith('.gz') ? gzipSync(bytes) : bytes)
    }
  }
  beforeEach(() =>
    write({
      'a-images': images(2, 0),
      'a-labels.gz': labels(1, 0),
      'b-images.gz': images(3, 100),
      'b-labels': labels(2, 2, 1),
      none: images(0, 0),
      flat: idxBytes([2, 1, 4], new Uint8Array(8)),
    }),
  )

  it('joins several files, packed or not', async () => {
    const data = await open()
    assert.deepEqual(data.shape, [2, 2, 1])
    assert.deepEqual(data.classes, ['0', '1', '2'])
    assert.deepEqual([...data.splits.train.labels], [1, 0, 2, 2, 1])
    const out = new Uint8Array(8)
    data.splits.train.read([2, 1], out)
    assert.deepEqual([...out], [100, 101, 102, 103, 4, 5, 6, 7])
    assert.equal(data.files.length, 4)
    const single = await open({ train_images: at('a-images'), train_labels: at('a-labels.gz') })
    assert.equal(single.splits.train.count, 2)
  })

  it('names classes, counts from one, and reads test images', async () => {
    write({ 'b-labels': labels(3, 3, 2), 'a-labels.gz': labels(2, 1) })
    const data = await open({
      ...{ label_base: 1, classes: ['x', 'y', 'z'] },
      ...{ test_images: at('a-images'), test_labels: at('a-labels.gz') },
    })
    assert.deepEqual([...data.splits.train.labels], [1, 0, 2, 2, 1])
    assert.deepEqual([...data.splits.test!.labels], [1, 0])
    await assert.rejects(open(), { code: 'data_mismatch', message: /but 0 never occurs/ })
  })

  it('tells files that do not belong together', async () => {
    const cases: [Partial<IdxConfig>, string, RegExp][] = [
      [
        { train_labels: [at('b-labels'), at('a-labels.gz')] },
        'data_mismatch',
        /holds 2 images.*3 labels/,
      ],
      [{ train_labels: at('b-labels') }, 'data_mismatch', /hold.* 5 images.*3 labels/],
      [
        { train_images: [at('a-images'), at('flat')], train_labels: at('b-labels') },
        'data_mismatch',
        /1x4/,
      ],
      [{ train_images: at('none') }, 'data_mismatch', /holds no images/],
      [{ train_images: at('b-labels') }, 'data_corrupt', /not a sound IDX/],
      [{ train_images: at('absent') }, 'data_missing', /does not exist/],
      [{ test_images: at('a-images') }, 'config_conflict', /test_labels is not/],
      [{ classes: ['x', 'y'] }, 'data_corrupt', /row 3 has label 2, but labels go from 0 to 1/],
    ]
    for (const [changes, code, message] of cases) {
      await assert.rejects(open(changes), (error: Error & { code: string }) => {
        assert.equal(error.code, code, error.message)
        assert.match(error.message, message)
        return true
      })
    }
  })
})
