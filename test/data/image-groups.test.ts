import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openData } from '../../src/data/datasets.js'
import { mapLabels } from '../../src/data/labels.js'
import type { DataConfig, PixelCsvConfig, SplitConfig } from '../../src/spec/types.gen.js'
import { splitData } from '../../src/train/plan-split.js'
import { listeningContext, scratch } from './idx-files.js'
import { folderConfig, plainPng, writeTree } from './picture-files.js'

describe('data: groups of images', () => {
  let directory: ReturnType<typeof scratch>
  beforeEach(() => (directory = scratch()))
  afterEach(() => directory.remove())

  const at = (name: string) => join(directory.path, name)
  const open = (config: DataConfig) =>
    openData(config, listeningContext({ cacheDirectory: at('cache') }))
  const shared = {
    resize: { size: null, method: 'bilinear', fit: 'stretch' },
    ...({ channels: 'keep', batch_size: 2, last_batch: 'keep', num_workers: 0 } as const),
  } as const
  const splitConfig = (changes: Partial<SplitConfig>): SplitConfig => ({
    ...{ method: 'random', val_size: 0.25, test_size: null, stratify: true, seed: 1 },
    ...{ group: false, keep_duplicates_together: false, folds: 3, fold: 0 },
    files: { train: null, val: null, test: null },
    ...changes,
  })

  /** Three pictures of each of four patients, and one of them damaged. */
  async function patients(root: string): Promise<void> {
    const files: Record<string, Buffer> = {}
    for (const [patient, kind] of ['ill', 'well', 'ill', 'well'].entries()) {
      for (let shot = 0; shot < 3; shot++) {
        files[`train/${kind}/patient${patient}_${shot}.png`] = await plainPng([
          patient * 50,
          shot * 50,
          9,
        ])
      }
    }
    files['train/ill/patient0_1.png'] = Buffer.from('no picture')
    files['test/ill/nobody.png'] = await plainPng([9, 9, 9])
    writeTree(root, files)
  }

  it('are read from the paths of images, those that are skipped left out', async () => {
    await patients(at('scans'))
    const config = folderConfig(at('scans'), {
      group_pattern: String.raw`(?:^|/)(patient\d+)_`,
      on_corrupt: 'skip',
    })
    const data = await open(config)
    assert.deepEqual([...(data.groups ?? [])], [0, 0, 2, 2, 2, 1, 1, 1, 3, 3, 3])
    const labels = mapLabels(
      { name: 'classes', rename: {}, aliases: {}, exclude: [] },
      data.classes,
    )
    for (const changes of [{}, { method: 'k_fold', folds: 2 }] as const) {
      const { train, val } = await splitData(data, labels, splitConfig({ group: true, ...changes }))
      const sides = [train, val].map((side) => new Set(side.map((index) => data.groups![index]!)))
      assert.ok(sides.every((side) => side.size > 0))
      assert.deepEqual(
        [...sides[0]!].filter((group) => sides[1]!.has(group)),
        [],
      )
    }
  })

  it('are refused where a path or the pattern names none', async () => {
    await patients(at('scans'))
    const cases: [string, string, RegExp][] = [
      [String.raw`(patient[1-3])_`, 'data_mismatch', /^train\/ill\/patient0_0\.png names no group/],
      ['patient', 'config_invalid', /has 0 pairs of parentheses/],
      [String.raw`(p)atient(\d)`, 'config_invalid', /has 2 pairs of parentheses/],
      ['(', 'config_invalid', /is no regular expression/],
    ]
    for (const [group_pattern, code, message] of cases) {
      const config = folderConfig(at('scans'), { group_pattern, on_corrupt: 'skip' })
      await assert.rejects(open(config), { code, message })
    }
  })

  it('are read from a column of a table', async () => {
    const path = at('pixels.csv')
    const rows = ['patient,label,p1,p2,p3,p4', 'bo,0,1,2,3,4', 'al,1,5,6,7,8', 'bo,1,9,9,9,9']
    writeFileSync(path, `${rows.join('\n')}\n`)
    const config: PixelCsvConfig = {
      ...{ name: 'pixel_csv', path, test_path: null, label_column: 'label', separator: ',' },
      ...{ label_base: 0, size: null, classes: null, group_column: 'patient' },
      ...shared,
    }
    const data = await open(config)
    assert.deepEqual([...data.groups!], [1, 0, 1])
    const pixels = new Uint8Array(8)
    data.splits.train.read([1, 0], pixels)
    assert.deepEqual([...pixels], [5, 6, 7, 8, 1, 2, 3, 4])
    await assert.rejects(open({ ...config, group_column: 'patients' }), {
      code: 'data_mismatch',
      message: /no column 'patients'/,
      suggestions: ['patient'],
    })
    await assert.rejects(open({ ...config, group_column: 'label' }), { code: 'config_conflict' })
    writeFileSync(path, `${[...rows, ',1,9,9,9,9'].join('\n')}\n`)
    await assert.rejects(open(config), { code: 'data_corrupt', message: /csv:5 has no group/ })
  })

  it('do not keep a stratified split from refusing a class with one image, by its name', async () => {
    writeTree(at('photos'), {
      'cat/a.png': await plainPng([1, 1, 1]),
      'cat/b.png': await plainPng([2, 2, 2]),
      'cat/c.png': await plainPng([3, 3, 3]),
      'dog/a.png': await plainPng([4, 4, 4]),
    })
    const data = await open(folderConfig(at('photos')))
    const labels = mapLabels(
      { name: 'classes', rename: {}, aliases: {}, exclude: [] },
      data.classes,
    )
    await assert.rejects(splitData(data, labels, splitConfig({})), {
      code: 'config_conflict',
      message: /'dog' has one image, which cannot be on both sides of a stratified split/,
      hint: /split\.stratify=false/,
    })
    const { train, val } = await splitData(data, labels, splitConfig({ stratify: false }))
    assert.equal(train.length + val.length, 4)
  })
})
