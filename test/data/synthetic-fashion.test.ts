import assert from 'node:assert/strict'
import fc from 'fast-check'
import { openData } from '../../src/data/datasets.js'
import type { DataSet, Part } from '../../src/data/data-set.js'
import type { SyntheticFashionConfig } from '../../src/spec/types.gen.js'
import { listeningContext } from './idx-files.js'

function open(changes: Partial<SyntheticFashionConfig> = {}): Promise<DataSet> {
  const config: SyntheticFashionConfig = {
    name: 'synthetic_fashion',
    train_size: 60,
    test_size: 20,
    seed: 0,
    batch_size: 64,
    last_batch: 'keep',
    num_workers: 0,
    resize: { size: null, method: 'bilinear', fit: 'stretch' },
    channels: 'keep',
    ...changes,
  }
  return openData(config, listeningContext())
}

function imagesOf(part: Part, count = part.count): Uint8Array {
  const out = new Uint8Array(count * 784)
  part.read(
    Int32Array.from({ length: count }, (_, i) => i),
    out,
  )
  return out
}

describe('synthetic_fashion', () => {
  it('looks like Fashion-MNIST to whatever uses it, but says that it is a demo', async () => {
    const data = await open()
    assert.deepEqual(data.shape, [28, 28, 1])
    assert.equal(data.classes.length, 10)
    assert.equal(data.demo, true)
    assert.deepEqual(data.files, [])
    assert.match(data.describe(), /Demo data: 60 training and 20 test images/)
    assert.match(data.describe(), /data=fashion_mnist/)
  })

  it('holds each class equally often, as far as it divides', async () => {
    const { splits } = await open({ train_size: 123 })
    const counts = new Array<number>(10).fill(0)
    for (const label of splits.train.labels) counts[label]!++
    assert.deepEqual(counts, [13, 13, 13, 12, 12, 12, 12, 12, 12, 12])
  })

  it('draws the same images from the same seed, on every machine', async () => {
    const data = await open()
    assert.equal((await open()).fingerprint, data.fingerprint)
    assert.equal(
      data.fingerprint,
      '08b647b791275727a4dab8607a208a20a8a3195140a43da6ac67f519b83302d7',
    )
  })

  it('draws other images from another seed, and for the other part', async () => {
    const [data, other] = await Promise.all([open(), open({ seed: 1 })])
    assert.notEqual(data.fingerprint, other.fingerprint)
    assert.notDeepEqual(imagesOf(data.splits.train, 20), imagesOf(other.splits.train, 20))
    assert.notDeepEqual(imagesOf(data.splits.train, 20), imagesOf(data.splits.test!))
  })

  it('begins with the same images whatever the size', async () => {
    const large = await open({ train_size: 100, test_size: 50 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 20, max: 99 }), async (train_size) => {
        const small = await open({ train_size })
        assert.deepEqual(imagesOf(small.splits.train), imagesOf(large.splits.train, train_size))
      }),
      { numRuns: 5 },
    )
  })

  it('draws no image twice, and each on a dark ground with a garment in it', async () => {
    const { splits } = await open({ train_size: 2000 })
    const images = imagesOf(splits.train)
    const seen = new Set<string>()
    for (let i = 0; i < 2000; i++) {
      const image = images.subarray(i * 784, (i + 1) * 784)
      seen.add(Buffer.from(image).toString('latin1'))
      const bright = image.filter((value) => value > 40).length
      assert.ok(bright > 25 && bright < 700, `image ${i} has ${bright} bright pixels`)
    }
    assert.equal(seen.size, 2000)
  })
})
