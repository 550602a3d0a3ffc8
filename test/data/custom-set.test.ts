import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../../src/core/hash.js'
import { localPaths, placesOf } from '../../src/data/data-places.js'
import { openData } from '../../src/data/datasets.js'
import { mapLabels } from '../../src/data/labels.js'
import type { DatasetContext, DatasetDefinition } from '../../src/modules/define.js'
import type { LoadedDataset } from '../../src/modules/load.js'
import type { CustomDataConfig } from '../../src/spec/types.gen.js'
import { splitData } from '../../src/train/plan-split.js'
import { listeningContext, scratch } from './idx-files.js'

describe('data sets of modules', () => {
  const directory = scratch()
  after(() => directory.remove())

  const config: CustomDataConfig = {
    name: 'custom/dots',
    count: 3,
    resize: { size: null, method: 'bilinear', fit: 'stretch' },
    ...({ channels: 'keep', batch_size: 2, last_batch: 'keep', num_workers: 0 } as const),
  }
  const loaded = (definition: Partial<DatasetDefinition>): LoadedDataset => ({
    name: 'custom/dots',
    definition: {
      name: 'dots',
      schema: { properties: { count: { type: 'integer', default: 3 } } },
      open: () => good(),
      ...definition,
    },
    module: { path: join(directory.path, 'dots.js'), files: [], sha256: 'abc' },
    shown: 'dots.js',
  })
  const contextOf = (definition: Partial<DatasetDefinition>) => ({
    ...listeningContext({ cacheDirectory: join(directory.path, 'cache') }),
    datasets: [loaded(definition)],
  })
  const open = (definition: Partial<DatasetDefinition>, changes: Partial<CustomDataConfig> = {}) =>
    openData({ ...config, ...changes }, contextOf(definition))
  const train = { images: Uint8Array.from({ length: 8 }, (_, k) => k), labels: [0, 1] }
  const good = () => ({ shape: [2, 2, 1] as const, classes: ['a', 'b'], splits: { train } })

  it('become data sets like any other', async () => {
    let given: unknown
    const data = await open({
      open(own, context: DatasetContext) {
        given = { ...own }
        own['count'] = 9
        const images = context.allocate(4)
        images.set([7, 7, 7, 7])
        return Promise.resolve({
          ...good(),
          title: 'Dots',
          splits: {
            train: { ...train, groups: ['x', 3] },
            validation: { images, labels: Int32Array.of(1), groups: ['x'] },
            test: { images: Buffer.from([1, 2, 3, 4]), labels: Uint8Array.of(0) },
          },
        })
      },
    })
    assert.deepEqual(given, { count: 3 })
    assert.deepEqual(data.shape, [2, 2, 1])
    assert.deepEqual([...data.splits.train.labels], [0, 1, 1])
    assert.deepEqual([...data.validation!], [2])
    assert.deepEqual([...data.groups!], [1, 0, 1])
    const pixels = new Uint8Array(12)
    data.splits.train.read([2, 0, 1], pixels)
    assert.deepEqual([...pixels], [7, 7, 7, 7, 0, 1, 2, 3, 4, 5, 6, 7])
    assert.ok(data.splits.train.images.store.kind === 'memory')
    assert.ok(data.splits.train.images.store.pixels.buffer instanceof SharedArrayBuffer)
    assert.equal(data.splits.test?.count, 1)
    assert.deepEqual(data.module?.name, 'custom/dots')
    assert.match(data.describe(), /^Dots: 2 training, 1 validation images and 1 test images of 2x2/)
    const labels = mapLabels(
      { name: 'classes', rename: {}, aliases: {}, exclude: [] },
      data.classes,
    )
    const split = await splitData(data, labels, {
      ...{ method: 'predefined', val_size: 0.1, test_size: null, stratify: false, seed: 0 },
      ...{ group: false, keep_duplicates_together: true, folds: 2, fold: 0 },
      files: { train: null, val: null, test: null },
    })
    assert.deepEqual([[...split.train], [...split.val]], [[0, 1], [2]])
  })

  it('have a fingerprint of what came out, and are resized like others', async () => {
    const { fingerprint } = await open({})
    assert.equal((await open({ places: () => [] })).fingerprint, fingerprint)
    const other = { ...good(), splits: { train: { ...train, labels: [1, 0] } } }
    assert.notEqual((await open({ open: () => other })).fingerprint, fingerprint)
    const asValidation = { ...good(), splits: { train, validation: train } }
    const asTraining = {
      ...good(),
      splits: {
        train: { images: Uint8Array.of(...train.images, ...train.images), labels: [0, 1, 0, 1] },
      },
    }
    assert.notEqual(
      (await open({ open: () => asValidation })).fingerprint,
      (await open({ open: () => asTraining })).fingerprint,
    )
    const small = await open({}, { resize: { size: [1, 1], method: 'area', fit: 'stretch' } })
    assert.deepEqual(small.shape, [1, 1, 1])
    assert.equal(small.module?.sha256, 'abc')
  })

  it('tell where their files are', async () => {
    const path = join(directory.path, 'dots.bin')
    writeFileSync(path, 'dots')
    const places = () => [path, 'https://example.org/dots.bin', join(directory.path, 'none.bin')]
    const context = contextOf({ places })
    assert.deepEqual(
      (await placesOf(config, context)).map(({ state }) => state),
      ['there', 'to download unless cached', 'missing'],
    )
    assert.deepEqual(await localPaths(config, context), [path, join(directory.path, 'none.bin')])
    const [file] = (await openData(config, context)).files
    assert.deepEqual([file?.name, file?.sha256], ['dots.bin', sha256('dots')])
    await assert.rejects(open({ places: () => [3] as never }), {
      code: 'module_failed',
      message: /dots\.js: places of 'custom\/dots' gave no list of texts/,
    })
  })

  it('are refused with the field that is wrong', async () => {
    const part = (changes: object) => ({ ...good(), splits: { train: { ...train, ...changes } } })
    const cases: [unknown, string][] = [
      [undefined, 'nothing instead of { shape, classes, splits }'],
      [[], 'Array instead of'],
      [{ ...good(), clases: [] }, 'clases, which nothing reads (known: shape, classes'],
      [{ ...good(), shape: [2, 2] }, 'shape as [2,2] instead of [height, width, 1 or 3]'],
      [{ ...good(), shape: [2, 2, 2] }, 'shape as [2,2,2] instead'],
      [{ ...good(), shape: [2, 0.5, 1] }, 'shape as [2,0.5,1] instead'],
      [{ ...good(), classes: ['a'] }, 'classes as ["a"] instead of a list of two names'],
      [{ ...good(), classes: ['a', 'a'] }, "classes with 'a' twice"],
      [{ ...good(), title: 3 }, 'title as number instead of a text'],
      [{ ...good(), splits: undefined }, 'splits as nothing instead'],
      [{ ...good(), splits: {} }, 'no splits.train'],
      [{ ...good(), splits: { train, val: train } }, 'splits.val, which nothing reads'],
      [{ ...good(), splits: { train, test: 3 } }, 'splits.test as number instead of { images'],
      [part({ images: [1, 2] }), 'splits.train.images as Array instead of a Uint8Array'],
      [part({ images: new Float32Array(8) }), 'splits.train.images as Float32Array instead'],
      [part({ images: new Uint8Array(9) }), 'splits.train.images of 9 bytes, but 2 labels, and an'],
      [part({ labels: 'ab' }), 'splits.train.labels as string instead of numbers'],
      [part({ labels: [] }), 'splits.train.labels without a single image'],
      [
        part({ labels: [0, 2] }),
        'splits.train.labels[1], which is 2 and none of the classes 0 to 1',
      ],
      [part({ labels: [0, NaN] }), 'splits.train.labels[1], which is NaN'],
      [part({ labels: ['a', 'b'] }), 'splits.train.labels[0], which is "a"'],
      [part({ groups: [1] }), 'splits.train.groups of 1 images, but 2 labels'],
      [part({ groups: [1, null] }), 'splits.train.groups[1], which is null'],
      [
        { ...good(), splits: { train, validation: { ...train, groups: [1, 2] } } },
        'groups of only one of splits.train and splits.validation',
      ],
    ]
    for (const [content, message] of cases) {
      await assert.rejects(open({ open: () => content as never }), (error: Error) => {
        const start = "dots.js: open of 'custom/dots' gave "
        assert.ok(error.message.startsWith(start + message), `${error.message} / ${message}`)
        return (error as Error & { code: string }).code === 'module_failed'
      })
    }
    await assert.rejects(open({}, { name: 'custom/dot' }), {
      code: 'data_missing',
      suggestions: ['custom/dots'],
    })
  })
})
