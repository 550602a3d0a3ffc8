import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.js'
import { sha256 } from '../../src/core/hash.js'
import { openData } from '../../src/data/datasets.js'
import type { PixelCsvConfig } from '../../src/spec/types.gen.js'
import { listeningContext, scratch } from './idx-files.js'

describe('pixel_csv', () => {
  const directory = scratch()
  const path = join(directory.path, 'pixels.csv')
  after(() => directory.remove())

  const open = (text: string, changes: Partial<PixelCsvConfig> = {}) => {
    writeFileSync(path, text)
    return openData(
      {
        ...{ name: 'pixel_csv', path, test_path: null, label_column: 'label', separator: ',' },
        group_column: null,
        ...{ label_base: 0, size: null, classes: null, channels: 'keep' },
        resize: { size: null, method: 'bilinear', fit: 'stretch' },
        ...{ batch_size: 2, last_batch: 'keep', num_workers: 0 },
        ...changes,
      },
      listeningContext(),
    )
  }
  const header = 'label,p1,p2,p3,p4'

  it('reads a label and the pixels of each row, wherever the label stands', async () => {
    const text = `${header}\n1,1,2,3,4\n0, 5,6,7,255\n`
    const data = await open(text)
    assert.deepEqual(data.shape, [2, 2, 1])
    assert.deepEqual([...data.splits.train.labels], [1, 0])
    const out = new Uint8Array(8)
    data.splits.train.read([1, 0], out)
    assert.deepEqual([...out], [5, 6, 7, 255, 1, 2, 3, 4])
    assert.equal(data.files[0]?.sha256, sha256(Buffer.from(text)))
    const moved = await open('p1;p2;p3;p4;class\n1;2;3;4;2\n5;6;7;255;1\n', {
      separator: ';',
      label_column: 'class',
      label_base: 1,
    })
    assert.deepEqual(moved.splits.train.images.store, data.splits.train.images.store)
    assert.deepEqual(moved.classes, ['1', '2'])
    const flat = await open(`${header}\n1,1,2,3,4\n0,5,6,7,255\n`, {
      size: [1, 4],
      classes: ['a', 'b'],
      test_path: path,
    })
    assert.deepEqual(flat.shape, [1, 4, 1])
    assert.deepEqual(flat.classes, ['a', 'b'])
    assert.equal(flat.splits.test?.count, 2)
  })

  it('names the row and the cell that is wrong', async () => {
    const cases: [string, Partial<PixelCsvConfig>, string, RegExp][] = [
      [`${header}\n0,1,2,3,4\n1,1,2,3\n`, {}, 'data_corrupt', /csv:3 has 4 cells, its header 5/],
      [`${header}\n0,1,2,3,256\n`, {}, 'data_corrupt', /csv:2: cell 5 is '256'/],
      [`${header}\n0,1,2,3,-1\n`, {}, 'data_corrupt', /cell 5 is '-1'/],
      [`${header}\n0,1,NaN,3,4\n`, {}, 'data_corrupt', /cell 3 is 'NaN'/],
      [`${header}\n0,1,,3,4\n`, {}, 'data_corrupt', /cell 3 is ''/],
      [`${header}\n0,1,2.5,3,4\n`, {}, 'data_corrupt', /cell 3 is '2.5'/],
      [`${header}\n,1,2,3,4\n`, {}, 'data_corrupt', /csv:2 has no label/],
      [`${header}\n`, {}, 'data_corrupt', /no rows/],
      ['', {}, 'data_corrupt', /no rows/],
      ['0,1,2,3,4\n', {}, 'data_mismatch', /no column 'label'/],
      ['label,a,b\n0,1,2\n1,1,2\n', {}, 'data_mismatch', /2 pixels a row, which are no square/],
      [`${header}\n0,1,2,3,4\n`, { size: [3, 3] }, 'data_mismatch', /4 pixels, which are not 3x3/],
      [`${header}\n0,1,2,3,4\n2,1,2,3,4\n2,1,1,1,1\n`, {}, 'data_mismatch', /but 1 never occurs/],
      [
        `${header}\n3,1,2,3,4\n0,1,2,3,4\n`,
        { classes: ['a', 'b'] },
        'data_corrupt',
        /row 1 has label 3/,
      ],
      [`${header}\n0,"1,2,3,4\n`, {}, 'data_corrupt', /not a sound CSV/],
    ]
    for (const [text, changes, code, message] of cases) {
      await assert.rejects(open(text, changes), (error) => {
        assert.ok(error instanceof AppError, String(error))
        assert.equal(error.code, code)
        assert.match(error.message, message)
        return true
      })
    }
    await assert.rejects(open(header, { path: join(directory.path, 'none.csv') }), {
      code: 'data_missing',
    })
  })
})
