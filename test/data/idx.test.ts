import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.js'
import { readIdx, type IdxExpectation } from '../../src/data/idx.js'
import { idxBytes, scratch } from './idx-files.js'

const images: IdxExpectation = { what: 'images', remedy: 'Fetch it again.' }
const labels: IdxExpectation = { what: 'labels', remedy: 'Fetch it again.' }

describe('readIdx', () => {
  const directory = scratch()
  const path = join(directory.path, 'file-idx')
  after(() => directory.remove())

  const good = idxBytes(
    [3, 2, 4],
    Uint8Array.from({ length: 24 }, (_, i) => i * 10),
  )

  async function fails(bytes: Uint8Array, expectation: IdxExpectation, message: RegExp) {
    writeFileSync(path, bytes)
    await assert.rejects(readIdx(path, expectation), (error) => {
      assert.ok(error instanceof AppError)
      assert.equal(error.code, 'data_corrupt')
      assert.match(error.message, message)
      assert.ok(error.message.includes(path))
      assert.equal(error.hint, expectation.remedy)
      return true
    })
  }

  it('gives back what was written, packed or raw, whatever the name', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(
          fc.integer({ min: 0, max: 9 }),
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 9 }),
        ),
        fc.boolean(),
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        async (dimensions, packed, values) => {
          const data = Uint8Array.from(values.take(dimensions[0] * dimensions[1] * dimensions[2]))
          const bytes = idxBytes(dimensions, data)
          writeFileSync(path, packed ? gzipSync(bytes) : bytes)
          const array = await readIdx(path, images)
          assert.deepEqual(array.dimensions, dimensions)
          assert.deepEqual(array.data, data)
          assert.equal(array.bytes, bytes.length)
          assert.equal(array.sha256, createHash('sha256').update(bytes).digest('hex'))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('reads files of many pieces', async () => {
    const data = Uint8Array.from({ length: 1000 * 784 }, (_, i) => (i * 31 + (i >> 9)) & 255)
    for (const packed of [false, true]) {
      const bytes = idxBytes([1000, 28, 28], data)
      writeFileSync(path, packed ? gzipSync(bytes, { level: 1 }) : bytes)
      assert.deepEqual(Buffer.compare((await readIdx(path, images)).data, data), 0)
    }
  })

  it('never accepts a file that lost its end, packed or raw', async () => {
    for (const bytes of [good, gzipSync(good)]) {
      for (let length = 0; length < bytes.length; length++) {
        await fails(bytes.subarray(0, length), images, /empty|ends|cut off|magic|damaged/)
      }
    }
  })

  it('never accepts a packed file with a changed byte of content', async () => {
    const packed = gzipSync(good)
    for (let at = 10; at < packed.length; at++) {
      const damaged = Buffer.from(packed)
      damaged[at] = (damaged[at] as number) ^ 0x10
      await fails(damaged, images, /sound IDX|gzip archive|after its gzip/)
    }
  })

  it('says what is wrong', async () => {
    await fails(Buffer.alloc(0), images, /is empty/)
    await fails(
      good.subarray(0, 9),
      images,
      /ends after 9 bytes, inside the 16 bytes of its header/,
    )
    await fails(good.subarray(0, 30), images, /3x2x4 images need 24 bytes/)
    await fails(Buffer.concat([good, Buffer.alloc(1)]), images, /goes on after the 24 bytes/)
    await fails(gzipSync(Buffer.concat([good, Buffer.alloc(1)])), images, /goes on after/)
    await fails(Buffer.concat([gzipSync(good), Buffer.from('tail')]), images, /incorrect header/)
    await fails(idxBytes([3], Buffer.from([1, 2, 3])), images, /header|0x00000801/)
    await fails(good, labels, /0x00000803, that of labels is 0x00000801 \(unsigned bytes in 3/)
    await fails(Buffer.from('<!DOCTYPE html><html></html>'), images, /not an IDX file/)
    const floats = Buffer.from(good)
    floats[2] = 0x0d
    await fails(floats, images, /32-bit floats, which are not supported/)
  })

  it('notices bytes after an archive that ends where a piece of the file ends', async () => {
    const pieceBytes = 1 << 18
    const data = new Uint8Array(
      pieceBytes - 8 - gzipSync(Buffer.alloc(pieceBytes), { level: 0 }).length + pieceBytes,
    )
    const packed = gzipSync(idxBytes([data.length], data), { level: 0 })
    assert.equal(packed.length, pieceBytes)
    await fails(Buffer.concat([packed, Buffer.alloc(4)]), labels, /4 bytes after its gzip archive/)
  })

  it('does not reserve memory for a header that claims more than the file can hold', async () => {
    const bomb = idxBytes([0xffffffff, 0xffff, 0xffff], Buffer.alloc(4))
    await fails(bomb, images, /more than a file of 20 bytes can hold/)
    await fails(gzipSync(bomb), images, /can hold/)
  })

  it('names a file that is missing, or a directory in its place', async () => {
    await assert.rejects(readIdx(join(directory.path, 'absent'), images), {
      code: 'data_missing',
      message: /absent: it does not exist/,
    })
    await assert.rejects(readIdx(directory.path, images), { code: 'data_missing' })
  })
})
