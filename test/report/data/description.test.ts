import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describeImages } from '../../../src/data/describe.js'
import { writeDescription } from '../../../src/report/data/description.js'
import { findingsOf } from '../../../src/report/data/findings.js'
import { checkDirectory } from '../../../src/report/data/own-directory.js'
import { encodePng } from '../../../src/report/data/png.js'
import type { Described } from '../../../src/report/data/record.js'
import { summarize } from '../../../src/report/data/summary.js'
import { quiet, smallDescribed } from '../../data/describing.js'

describe('descriptions of data', () => {
  let base = ''
  beforeEach(async () => void (base = await mkdtemp(join(tmpdir(), 'description-'))))
  afterEach(async () => rm(base, { recursive: true, force: true }))

  async function described(): Promise<Described> {
    const given = smallDescribed()
    const description = await describeImages(given, quiet)
    return {
      title: given.data.describe(),
      name: 'small',
      fingerprint: given.data.fingerprint,
      splitHash: 'abc',
      description,
      sources: null,
      findings: findingsOf(description, null),
    }
  }

  it('are written whole: record, tables, pictures in two forms, and one page', async () => {
    const out = join(base, 'out')
    await writeDescription(out, await described(), smallDescribed().split)
    const names = await readdir(out)
    const pictures = ['examples', 'counts_labels', 'pixels_classes', 'averages_labels', 'histogram']
    for (const name of pictures) {
      assert.ok(names.includes(`${name}.svg`) && names.includes(`${name}.png`), name)
    }
    const record = JSON.parse(await readFile(join(out, 'description.json'), 'utf8')) as {
      images: unknown
      duplicates: { conflicting_sets: number }
      classes: { name: string }[]
    }
    assert.deepEqual(record.images, { train: 3, val: 2, test: 1, left_out: 1 })
    assert.equal(record.duplicates.conflicting_sets, 1)
    assert.equal(record.classes[2]?.name, 'c <&>')
    assert.equal(
      await readFile(join(out, 'counts.csv'), 'utf8'),
      'level,name,label,train,val,test,left_out,used\n' +
        'all,all,,3,2,1,1,6\n' +
        'label,a,a,2,1,0,0,3\nlabel,b,b,1,1,1,0,3\n' +
        'class,a,a,2,1,0,0,3\nclass,b,b,1,1,1,0,3\nclass,c <&>,,0,0,0,1,0\n',
    )
    assert.match(
      await readFile(join(out, 'duplicates.csv'), 'utf8'),
      /^set,conflicting,part,index,side,class,label\n0,true,train,0,train,a,a\n/,
    )
    assert.equal(await readFile(join(out, 'split', 'train.txt'), 'utf8'), '0\n1\n2\n')
    await checkDirectory(out, base)
    await writeDescription(out, await described(), smallDescribed().split)
  })

  it('have a page that needs nothing else, and in which names are only names', async () => {
    const out = join(base, 'out')
    await writeDescription(out, await described(), smallDescribed().split)
    const page = await readFile(join(out, 'index.html'), 'utf8')
    const references = [...page.matchAll(/(?:src|href)="([^"]{0,30})/g)].map(([, to]) => to)
    assert.ok(references.length > 5)
    assert.ok(references.every((to) => to?.startsWith('data:image/svg+xml;base64,')))
    assert.ok(!/<script|@import|url\(|https?:/.test(page))
    assert.ok(page.includes('c &lt;&amp;&gt;') && !page.includes('c <&>'))
    assert.equal(page.match(/<img /g)?.length, page.match(/<img alt="[^"]+"/g)?.length)
    assert.ok(page.includes('prefers-color-scheme: dark') && page.includes('<html lang="en">'))
  })

  it('tell what stands out, and the rest in a screenful', async () => {
    const found = await described()
    assert.deepEqual(found.findings, [
      'Only one training image of b.',
      '1 image left out.',
      '1 image both in training and validation images.',
      '1 image both in validation and test images.',
      '1 image repeated within training, validation or test.',
      '1 set of equal images with different labels.',
      '1 image of one colour throughout.',
    ])
    const text = summarize(found)
    assert.match(text, /^images {4}3 train, 2 val, 1 test$/m)
    assert.match(text, /^equal {5}2 sets: 4 different images in the training part/m)
  })

  it('replace nothing but an earlier description', async () => {
    const out = join(base, 'mine')
    await mkdir(out)
    await checkDirectory(out, base)
    await writeFile(join(out, 'thesis.tex'), '')
    await assert.rejects(checkDirectory(out, base), { code: 'output_unwritable' })
    await assert.rejects(checkDirectory(base, out), { code: 'output_unwritable' })
    await assert.rejects(checkDirectory(join(out, 'thesis.tex'), base), {
      code: 'output_unwritable',
    })
  })
})

describe('encodePng', () => {
  for (const channels of [1, 3] as const) {
    it(`keeps the pixels of ${channels} channels, enlarged or not`, async () => {
      const pixels = Uint8Array.from({ length: 6 * channels }, (_, i) => (i * 47) % 256)
      const png = encodePng({ shape: [2, 3, channels], pixels }, 2)
      const { data, info } = await sharp(png)
        .resize(3, 2, { kernel: 'nearest' })
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer({ resolveWithObject: true })
      assert.deepEqual([info.width, info.height, info.channels], [3, 2, channels])
      assert.deepEqual([...data], [...pixels])
      const plain = await sharp(encodePng({ shape: [2, 3, channels], pixels }))
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer()
      assert.deepEqual([...plain], [...pixels])
    })
  }
})
