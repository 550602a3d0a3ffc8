import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openData } from '../../src/data/datasets.js'
import type { FashionMnistConfig } from '../../src/spec/types.gen.js'
import { serve } from './file-server.js'
import { fashionFiles, idxBytes, listeningContext, scratch, writeFiles } from './idx-files.js'

const config: FashionMnistConfig = {
  name: 'fashion_mnist',
  directory: null,
  mirrors: ['http://127.0.0.1:9/'],
  batch_size: 64,
  last_batch: 'keep',
  num_workers: 0,
  resize: { size: null, method: 'bilinear', fit: 'stretch' },
  channels: 'keep',
}

describe('fashion_mnist', () => {
  let directory: ReturnType<typeof scratch>
  beforeEach(() => {
    directory = scratch()
  })
  afterEach(() => directory.remove())

  const open = (changes: Partial<FashionMnistConfig> = {}, context = listeningContext()) =>
    openData({ ...config, directory: directory.path, ...changes }, context)

  it('reads a directory of small files, gz and raw alike, and warns that they are not the published ones', async () => {
    const files = fashionFiles(30, 20)
    writeFiles(directory.path, files, 'gzip')
    const context = listeningContext()
    const packed = await open({}, context)
    assert.equal(packed.demo, false)
    assert.deepEqual(packed.shape, [28, 28, 1])
    assert.equal(packed.classes[9], 'Ankle boot')
    assert.deepEqual([packed.splits.train.count, packed.splits.test!.count], [30, 20])
    assert.deepEqual([...packed.splits.test!.labels.subarray(8, 12)], [8, 9, 0, 1])
    assert.equal(context.warnings.length, 1)
    assert.match(context.warnings[0]!, /not the published Fashion-MNIST/)
    const out = new Uint8Array(2 * 784)
    packed.splits.train.read([7, 3], out)
    const images = files['train-images-idx3-ubyte']!
    assert.deepEqual(Buffer.from(out.subarray(784)), images.subarray(16 + 3 * 784, 16 + 4 * 784))
    for (const name of readdirSync(directory.path)) rmSync(join(directory.path, name))
    mkdirSync(join(directory.path, 'FashionMNIST', 'raw'), { recursive: true })
    writeFiles(join(directory.path, 'FashionMNIST', 'raw'), files, 'raw')
    const raw = await open()
    assert.equal(raw.fingerprint, packed.fingerprint)
    assert.deepEqual(
      raw.files.map(({ sha256, bytes }) => [sha256, bytes]),
      packed.files.map(({ sha256, bytes }) => [sha256, bytes]),
    )
  })

  it('has another fingerprint when one pixel or label differs', async () => {
    writeFiles(directory.path, fashionFiles(20, 10), 'raw')
    const before = await open()
    for (const name of ['t10k-images-idx3-ubyte', 'train-labels-idx1-ubyte']) {
      const bytes = readFileSync(join(directory.path, name))
      bytes[bytes.length - 1] = (bytes[bytes.length - 1]! + 1) % 10
      writeFileSync(join(directory.path, name), bytes)
      assert.notEqual((await open()).fingerprint, before.fingerprint)
    }
  })

  it('takes FASHION_DIR when no directory is set, lists what it lacks, and writes nothing there', async () => {
    const files = fashionFiles(20, 10)
    delete files['t10k-labels-idx1-ubyte']
    delete files['train-images-idx3-ubyte']
    writeFiles(directory.path, files, 'raw')
    const context = listeningContext({ env: { FASHION_DIR: directory.path } })
    await assert.rejects(open({ directory: null }, context), {
      code: 'data_missing',
      message:
        /\(FASHION_DIR\) lacks train-images-idx3-ubyte\[\.gz\], t10k-labels-idx1-ubyte\[\.gz\]$/,
      hint: /unset FASHION_DIR/,
    })
    assert.deepEqual(readdirSync(directory.path).sort(), Object.keys(files).sort())
  })

  it('names a directory that does not exist', async () => {
    await assert.rejects(open({ directory: join(directory.path, 'no') }), {
      code: 'data_missing',
      message: /data\.directory names a directory that does not exist/,
    })
  })

  const damages: [string, Record<string, Buffer>, string, RegExp][] = [
    [
      'counts that differ',
      { 't10k-labels-idx1-ubyte': idxBytes([9], new Uint8Array(9)) },
      'data_mismatch',
      /holds 10 images, but .* holds 9 labels/,
    ],
    [
      'another image size',
      { 't10k-images-idx3-ubyte': idxBytes([10, 32, 32], new Uint8Array(10 * 1024)) },
      'data_mismatch',
      /10 images of 32x32/,
    ],
    [
      'a label out of range',
      { 'train-labels-idx1-ubyte': idxBytes([20], new Uint8Array(20).fill(10, 4, 5)) },
      'data_corrupt',
      /label 4 is 10/,
    ],
    [
      'labels in the place of images',
      { 'train-images-idx3-ubyte': idxBytes([20], new Uint8Array(20)) },
      'data_corrupt',
      /magic number is 0x00000801/,
    ],
    [
      'no image at all',
      {
        't10k-images-idx3-ubyte': idxBytes([0, 28, 28], new Uint8Array(0)),
        't10k-labels-idx1-ubyte': idxBytes([0], new Uint8Array(0)),
      },
      'data_mismatch',
      /holds 0 images/,
    ],
  ]
  for (const [name, damaged, code, message] of damages) {
    it(`refuses ${name}`, async () => {
      writeFiles(directory.path, { ...fashionFiles(20, 10), ...damaged }, 'raw')
      await assert.rejects(open(), { code, message })
    })
  }

  it('says what to do when nothing can be downloaded, and leaves nothing behind', async () => {
    const cacheDirectory = join(directory.path, 'cache')
    await assert.rejects(open({ directory: null }, listeningContext({ cacheDirectory })), {
      code: 'download_failed',
      hint: /Put the four Fashion-MNIST files .* set FASHION_DIR .* data=synthetic_fashion/,
    })
    assert.deepEqual(readdirSync(join(cacheDirectory, 'fashion-mnist')), [])
  })

  it('refuses downloads and cached files that are not the published content', async () => {
    const cacheDirectory = join(directory.path, 'cache')
    const small = gzipSync(fashionFiles(20, 10)['train-images-idx3-ubyte']!)
    const server = await serve((_, response) => void response.end(small))
    try {
      const context = listeningContext({ cacheDirectory })
      await assert.rejects(open({ directory: null, mirrors: [server.url] }, context), {
        code: 'download_failed',
      })
      assert.ok(context.messages.some((text) => text.includes('sent something else')))
    } finally {
      await server.close()
    }
    writeFiles(join(cacheDirectory, 'fashion-mnist'), fashionFiles(20, 10), 'raw')
    await assert.rejects(open({ directory: null }, listeningContext({ cacheDirectory })), {
      code: 'data_corrupt',
      hint: /Delete the file; the next run downloads it again/,
    })
  })

  const real = process.env['FASHION_DIR']
  describe(`the real files${real === undefined ? ' (needs FASHION_DIR)' : ''}`, () => {
    it('are the published ones, with the known mean, deviation and counts', async function () {
      if (real === undefined) return this.skip()
      const context = listeningContext({ env: { FASHION_DIR: real } })
      const data = await open({ directory: null }, context)
      assert.deepEqual(context.warnings, [])
      assert.deepEqual([data.splits.train.count, data.splits.test!.count], [60000, 10000])
      const counts = new Array<number>(10).fill(0)
      for (const label of data.splits.train.labels) counts[label]!++
      assert.deepEqual(counts, new Array<number>(10).fill(6000))
      const image = new Uint8Array(784)
      let [sum, squares] = [0, 0]
      for (let index = 0; index < 60000; index++) {
        data.splits.train.read([index], image)
        for (const value of image) {
          sum += value
          squares += value * value
        }
      }
      const mean = sum / (60000 * 784)
      assert.equal(mean.toFixed(5), '72.94035')
      assert.equal(Math.sqrt(squares / (60000 * 784) - mean * mean).toFixed(5), '90.02118')
    })

    it('can be downloaded from a mirror that packs them anew, and are read from the cache afterwards', async function () {
      if (real === undefined) return this.skip()
      const server = await serve((asked, response) => {
        const path = join(real, asked.url!.slice(1))
        if (asked.url!.includes('labels') && existsSync(path)) response.end(readFileSync(path))
        else if (existsSync(path)) response.end(readFileSync(path))
        else response.writeHead(404).end()
      })
      const context = () => listeningContext({ cacheDirectory: directory.path })
      const first = await open({ directory: null, mirrors: [`${server.url}/`] }, context())
      await server.close()
      assert.equal(server.requests.length, 4)
      const again = await open({ directory: null, mirrors: [`${server.url}/`] }, context())
      assert.equal(again.fingerprint, first.fingerprint)
      assert.equal(first.files.length, 4)
    })
  })
})
