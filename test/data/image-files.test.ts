import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { readImageFile, type ImageTarget } from '../../src/data/image-files.js'
import { scratch } from './idx-files.js'

const grey28: ImageTarget = { shape: [28, 28, 1], invert: 'auto' }

describe('readImageFile', () => {
  const directory = scratch()
  const path = join(directory.path, 'picture')
  after(() => directory.remove())

  const read = (bytes: Uint8Array, target: ImageTarget = grey28) => {
    writeFileSync(path, bytes)
    return readImageFile(path, target)
  }
  const gradient = Uint8Array.from({ length: 784 }, (_, i) => i % 100)
  const greyImage = (pixels: Uint8Array, width = 28, height = 28) =>
    sharp(pixels, { raw: { width, height, channels: 1 } })

  /** A dark square in the middle of a ground of the given colour. */
  const square = (width: number, height: number, background: string, colour: string) =>
    sharp({ create: { width, height, channels: 3, background } }).composite([
      {
        input: {
          create: { width: width >> 1, height: height >> 1, channels: 3, background: colour },
        },
      },
    ])

  it('gives the very pixels of a lossless image of the right size', async () => {
    for (const bytes of [
      await greyImage(gradient).png().toBuffer(),
      await greyImage(gradient).webp({ lossless: true }).toBuffer(),
      await greyImage(gradient).tiff({ compression: 'lzw' }).toBuffer(),
    ]) {
      const image = await read(bytes)
      assert.deepEqual(new Uint8Array(image.pixels), gradient)
      assert.equal(image.inverted, false)
    }
  })

  it('inverts a garment on a bright ground, and obeys always and never', async () => {
    const bright = await square(300, 200, 'white', '#303030').jpeg().toBuffer()
    const dark = await square(300, 200, 'black', '#c0c0c0').png().toBuffer()
    const centre = 14 * 28 + 14
    const cases = [
      [bright, 'auto', true, 0, 255 - 0x30],
      [bright, 'never', false, 255, 0x30],
      [dark, 'auto', false, 0, 0xc0],
      [dark, 'always', true, 255, 255 - 0xc0],
    ] as const
    for (const [bytes, invert, inverted, ground, garment] of cases) {
      const image = await read(bytes, { ...grey28, invert })
      assert.equal(image.inverted, inverted)
      assert.ok(Math.abs(image.pixels[0]! - ground) <= 2)
      assert.ok(Math.abs(image.pixels[centre]! - garment) <= 3)
    }
  })

  it('keeps proportions and fills up with the ground', async () => {
    const tall = await greyImage(new Uint8Array(10 * 40).fill(90), 10, 40)
      .png()
      .toBuffer()
    const image = await read(tall)
    assert.deepEqual([...new Set(image.pixels)], [90])
    const { pixels } = await read(await square(400, 40, 'black', 'white').png().toBuffer())
    const row = (y: number) => pixels.subarray(y * 28, y * 28 + 28)
    assert.ok(row(5).every((value) => value === 0))
    assert.ok(row(13).some((value) => value > 200))
  })

  it('turns photographs as their EXIF data says', async () => {
    const left = Uint8Array.from({ length: 784 }, (_, i) => (i % 28 < 14 ? 200 : 20))
    const turned = await greyImage(left).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const { pixels } = await read(turned, { ...grey28, invert: 'never' })
    assert.ok(pixels[3 * 28 + 14]! > 150)
    assert.ok(pixels[24 * 28 + 14]! < 60)
  })

  it('puts transparent images on white', async () => {
    const clear = sharp({ create: { width: 9, height: 9, channels: 4, background: '#00000000' } })
    const image = await read(await clear.png().toBuffer())
    assert.equal(image.inverted, true)
    assert.ok(image.pixels.every((value) => value === 0))
  })

  it('decodes colour, 16 bits, CMYK and the first frame of an animation', async () => {
    const red = square(64, 64, '#000000', '#ff0000')
    const colour = await read(await red.png().toBuffer(), { shape: [8, 8, 3], invert: 'never' })
    assert.equal(colour.pixels.length, 8 * 8 * 3)
    assert.deepEqual([...colour.pixels.subarray((4 * 8 + 4) * 3, (4 * 8 + 4) * 3 + 3)], [255, 0, 0])
    const deep = sharp(new Uint16Array(784).fill(20000), {
      raw: { width: 28, height: 28, channels: 1 },
    })
    const grey = await read(await deep.toColourspace('grey16').png().toBuffer())
    assert.ok(Math.abs(grey.pixels[0]! - 78) <= 1)
    const cmyk = await read(await red.toColourspace('cmyk').jpeg().toBuffer())
    assert.equal(cmyk.pixels.length, 784)
    const frame = (value: number) => greyImage(new Uint8Array(784).fill(value)).png().toBuffer()
    const pictures = await Promise.all([frame(0), frame(255)])
    const frames = await sharp(pictures, { join: { animated: true } })
      .gif()
      .toBuffer()
    assert.deepEqual([...new Set((await read(frames)).pixels)], [0])
  })

  it('names a file that is missing, a directory, or is no sound image', async () => {
    await assert.rejects(readImageFile(join(directory.path, 'no.png'), grey28), {
      code: 'data_missing',
      message: /no\.png: it does not exist/,
    })
    await assert.rejects(readImageFile(directory.path, grey28), {
      code: 'data_missing',
      message: /directory/,
    })
    const png = await square(300, 200, 'white', 'red').png().toBuffer()
    const jpeg = await square(300, 200, 'white', 'red').jpeg().toBuffer()
    const bad = [
      Buffer.alloc(0),
      Buffer.from('plain text'),
      png.subarray(0, 300),
      jpeg.subarray(0, 800),
    ]
    for (const bytes of bad) {
      await assert.rejects(read(bytes), {
        code: 'data_corrupt',
        message: /picture is not an image[^\n]*$/,
      })
    }
  })

  it('names a file that may not be read', async function () {
    if (process.getuid?.() === 0) {
      console.warn('  SKIPPED: the superuser may read every file.')
      return this.skip()
    }
    writeFileSync(path, 'x')
    chmodSync(path, 0)
    await assert.rejects(readImageFile(path, grey28), { code: 'data_missing' })
  })
})
