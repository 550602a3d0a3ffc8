import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { AppError } from '../../src/core/errors.js'
import { sha256 } from '../../src/core/hash.js'
import type { DataSet, Part } from '../../src/data/data-set.js'
import { openData } from '../../src/data/datasets.js'
import type { ImageFolderConfig } from '../../src/spec/types.gen.js'
import { bytesAnswer, serve, type Answer } from './file-server.js'
import { listeningContext, scratch } from './idx-files.js'
import { folderConfig, plainPng, twoClasses, writeTree } from './picture-files.js'
import { zipBytes, type ZipEntry } from './zip-files.js'

describe('image_folder', () => {
  let directory: ReturnType<typeof scratch>
  let root: string
  let context: ReturnType<typeof listeningContext>
  beforeEach(() => {
    directory = scratch()
    root = join(directory.path, 'pictures')
    context = listeningContext({ cacheDirectory: join(directory.path, 'cache') })
  })
  afterEach(() => directory.remove())

  const open = (changes: Partial<ImageFolderConfig> = {}, source = root) =>
    openData(folderConfig(source, changes), context)

  async function fails(
    work: Promise<unknown>,
    code: string,
    message: RegExp,
    hint = /./,
  ): Promise<AppError> {
    const error: unknown = await work.then(
      () => assert.fail('did not fail'),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, message)
    assert.match(error.hint ?? '-', hint)
    return error
  }

  const all = (part: Part, shape: readonly number[]) => {
    const { count, images } = part
    const out = new Uint8Array(count * shape[0]! * shape[1]! * shape[2]!)
    assert.equal(images.count, count)
    part.read(
      Array.from({ length: count }, (_, i) => i),
      out,
    )
    return out
  }
  const firstPixels = (data: DataSet) => {
    const values = all(data.splits.train, data.shape)
    const size = values.length / data.splits.train.count
    const [, , channels] = data.shape
    return Array.from({ length: data.splits.train.count }, (_, i) => [
      ...values.subarray(i * size, i * size + channels),
    ])
  }

  const zip = (entries: readonly ZipEntry[]) => {
    const path = join(directory.path, 'pictures.zip')
    writeFileSync(path, zipBytes(entries))
    return path
  }
  const entriesOf = (files: Record<string, Uint8Array>, below = '') =>
    Object.entries(files).map(([path, content]) => ({ path: below + path, content }))

  it('takes directories as classes in the order of their names, in RGB', async () => {
    writeTree(root, { ...(await twoClasses()), 'red/notes.txt': Buffer.from('x') })
    const data = await open()
    assert.deepEqual(data.classes, ['green', 'red'])
    assert.deepEqual([...data.splits.train.labels], [0, 0, 1, 1])
    assert.deepEqual(data.shape, [8, 8, 3])
    assert.deepEqual(firstPixels(data), [
      [0, 200, 0],
      [0, 220, 0],
      [200, 0, 0],
      [220, 0, 0],
    ])
    assert.equal(data.splits.test, null)
    assert.match(data.describe(), /4 training, 0 validation and 0 test images of 8x8 in 2 classes/)
    const [file] = data.files
    assert.ok(file)
    assert.equal(file.path, root)
    assert.match(file.sha256, /^[0-9a-f]{64}$/)
  })

  it('gives the same from a directory, a zip archive, one with a wrapper, and a URL', async () => {
    const files = await twoClasses()
    writeTree(root, files)
    const plain = await open()
    const packed = await open({}, zip(entriesOf(files)))
    const junk = { path: '__MACOSX/red/._a.png', content: Buffer.from('junk') }
    const wrapped = zip([...entriesOf(files, 'set/version 1/'), junk])
    const server = await serve((asked, response) => {
      if (asked.url === '/set.zip') bytesAnswer(readFileSync(wrapped))(asked, response)
      else response.writeHead(302, { location: '/set.zip' }).end()
    })
    try {
      const others = [packed, await open({}, wrapped), await open({}, `${server.url}/latest`)]
      for (const data of others) {
        assert.equal(data.fingerprint, plain.fingerprint)
        assert.deepEqual(data.classes, plain.classes)
      }
      assert.equal(packed.files[0]?.sha256, plain.files[0]?.sha256)
      const asked = server.requests.length
      await open({}, `${server.url}/latest`)
      assert.equal(server.requests.length, asked)
    } finally {
      await server.close()
    }
  })

  it('takes train, val and test directories as they say, and classes inside deeper ones', async () => {
    const files = await twoClasses()
    writeTree(join(root, 'Train'), files)
    writeTree(join(root, 'valid'), { 'red/deep/er/c.png': await plainPng([9, 9, 9]) })
    writeTree(join(root, 'test'), { 'green/x.png': await plainPng([1, 2, 3]) })
    const data = await open()
    assert.deepEqual([...data.splits.train.labels], [0, 0, 1, 1, 1])
    assert.deepEqual([...(data.validation ?? [])], [4])
    assert.deepEqual([...all(data.splits.test!, data.shape).subarray(0, 3)], [1, 2, 3])
    assert.equal(data.files.length, 2)
  })

  it('decodes every format to the same pixels, whatever the ending says', async () => {
    const raw = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (i % 3) * 80 + 20)
    const image = () => sharp(raw, { raw: { width: 8, height: 8, channels: 3 } })
    writeTree(root, {
      'a/1.png': await image().png().toBuffer(),
      'a/2.webp': await image().webp({ lossless: true }).toBuffer(),
      'a/3.gif': await image().gif().toBuffer(),
      'b/4.tiff': await image().tiff({ compression: 'lzw' }).toBuffer(),
      'b/5.JPEG': await image().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
      'b/6.jpg': await image().png().toBuffer(),
    })
    for (const pixel of firstPixels(await open())) {
      for (const [c, value] of pixel.entries()) assert.ok(Math.abs(value - (c * 80 + 20)) <= 2)
    }
  })

  it('turns photographs as EXIF says, before it resizes', async () => {
    const raw = Uint8Array.from({ length: 4 * 8 }, (_, i) => (i % 8 < 4 ? 200 : 20))
    const turned = await sharp(raw, { raw: { width: 8, height: 4, channels: 1 } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer()
    writeTree(root, { 'a/1.jpg': turned, 'b/2.jpg': turned })
    const upright = await open({ channels: 'grey' })
    assert.deepEqual(upright.shape, [8, 4, 1])
    const small = await open({
      channels: 'grey',
      resize: { size: [4, 2], method: 'area', fit: 'stretch' },
    })
    const values = all(small.splits.train, small.shape).subarray(0, 8)
    for (const [i, value] of values.entries()) {
      assert.ok(Math.abs(value - (i < 4 ? 200 : 20)) <= 3)
    }
  })

  it('puts alpha on white and makes 8-bit RGB of 16 bits, palettes, CMYK, grey and animations', async () => {
    const solid = (value: number, alpha: number) =>
      ({
        create: { width: 8, height: 8, channels: 4, background: { r: value, g: 0, b: 0, alpha } },
      }) as const
    const deep = sharp(new Uint16Array(64 * 3).fill(20000), {
      raw: { width: 8, height: 8, channels: 3 },
    })
    const deepClear = sharp(
      Uint16Array.from({ length: 256 }, (_, i) => (i % 4 === 3 ? 0 : 20000)),
      { raw: { width: 8, height: 8, channels: 4 } },
    )
    const frames = await Promise.all([plainPng([255, 0, 0]), plainPng([0, 0, 255])])
    writeTree(root, {
      'a/1.png': await sharp(solid(200, 0)).png().toBuffer(),
      'a/2.png': await sharp(solid(200, 1)).png().toBuffer(),
      'a/3.png': await deep.toColourspace('rgb16').png().toBuffer(),
      'a/4.png': await deepClear.toColourspace('rgb16').png().toBuffer(),
      'a/5.png': await sharp(await plainPng([60, 60, 60]))
        .toColourspace('b-w')
        .png()
        .toBuffer(),
      'a/6.png': await sharp(await plainPng([90, 0, 90]))
        .png({ palette: true })
        .toBuffer(),
      'b/7.webp': await sharp(frames, { join: { animated: true } })
        .webp({ lossless: true })
        .toBuffer(),
      'b/8.jpg': await sharp(await plainPng([255, 255, 255]))
        .toColourspace('cmyk')
        .jpeg()
        .toBuffer(),
    })
    const data = await open()
    assert.deepEqual(data.shape, [8, 8, 3])
    const expected = [
      [255, 255, 255],
      [200, 0, 0],
      [78, 78, 78],
      [255, 255, 255],
      [60, 60, 60],
      [90, 0, 90],
      [255, 0, 0],
      [255, 255, 255],
    ]
    for (const [i, pixel] of firstPixels(data).entries()) {
      for (const [c, value] of pixel.entries()) {
        assert.ok(Math.abs(value - expected[i]![c]!) <= 2, `${i}: ${pixel.join()}`)
      }
    }
  })

  it('asks for a size where images differ in theirs, and resizes by every method', async () => {
    const files = await twoClasses()
    writeTree(root, { ...files, 'red/large.png': await plainPng([9, 9, 9], 20, 30) })
    await fails(
      open(),
      'data_mismatch',
      /differ in size: .*8x8.*large\.png has 20x30/,
      /resize\.size/,
    )
    for (const method of ['nearest', 'bilinear', 'bicubic', 'area'] as const) {
      const data = await open({ resize: { size: [4, 6], method, fit: 'stretch' } })
      assert.deepEqual(data.shape, [4, 6, 3])
      assert.deepEqual(firstPixels(data)[4], [9, 9, 9])
    }
    const padded = await open({ resize: { size: [6, 3], method: 'area', fit: 'pad' } })
    assert.deepEqual(firstPixels(padded)[0], [0, 0, 0])
  })

  it('names corrupt images all at once, or leaves them out and says so', async () => {
    const photograph = await sharp(
      Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 31) & 255),
      { raw: { width: 64, height: 64, channels: 3 } },
    )
      .jpeg()
      .toBuffer()
    const png = (await twoClasses())['red/a.png']!
    const damaged = Buffer.from(png)
    damaged[damaged.length - 20]! ^= 0x55
    writeTree(root, {
      ...(await twoClasses()),
      'red/cut.jpg': photograph.subarray(0, photograph.length >> 1),
      'red/damaged.png': damaged,
      'red/empty.png': Buffer.alloc(0),
      'red/page.png': Buffer.from('<html>not found</html>'),
      'red/drawing.png': Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>',
      ),
    })
    for (let attempt = 0; attempt < 2; attempt++) {
      const error = await fails(
        open(),
        'data_corrupt',
        /5 images cannot be decoded/,
        /on_corrupt=skip/,
      )
      const told = error.details.map(({ message }) => message).join('\n')
      assert.match(told, /cut\.jpg: /)
      assert.match(told, /damaged\.png: /)
      assert.match(told, /empty\.png: the file is empty/)
      assert.match(told, /page\.png: it is no png, jpeg, webp, gif or tiff image/)
      assert.match(told, /drawing\.png: it is no png/)
      assert.equal(told.split('\n').length, 5)
    }
    const data = await open({ on_corrupt: 'skip' })
    assert.deepEqual([...data.splits.train.labels], [0, 0, 1, 1])
    assert.match(context.warnings.join(), /5 images cannot be decoded and are left out: .*cut\.jpg/)
    writeFileSync(join(root, 'red/empty.png'), png)
    assert.equal((await open({ on_corrupt: 'skip' })).splits.train.count, 5)
  })

  it('warns of images whose formats are not read, in directories and archives', async () => {
    const other = { 'red/photo.HEIC': Buffer.from('x'), 'green/x.bmp': Buffer.from('x') }
    const files = { ...(await twoClasses()), ...other, 'red/notes.txt': Buffer.from('x') }
    writeTree(root, files)
    for (const source of [root, zip(entriesOf(files))]) {
      context.warnings.length = 0
      await open({}, source)
      assert.deepEqual(context.warnings, [
        '2 images are of formats that are not read, and are not used: green/x.bmp, red/photo.HEIC',
      ])
    }
  })

  it('never leaves a class without training images', async () => {
    const files = await twoClasses()
    writeTree(root, { ...files, 'blue/only.png': Buffer.alloc(0) })
    await fails(open({ on_corrupt: 'skip' }), 'data_corrupt', /No training image of blue/)
    rmSync(join(root, 'blue/only.png'))
    await fails(open(), 'data_missing', /directories without an image: blue/)
    rmSync(root, { recursive: true })
    writeTree(join(root, 'train'), files)
    writeTree(join(root, 'test'), { 'blue/a.png': files['red/a.png']! })
    await fails(open(), 'data_mismatch', /no training images of blue/)
    rmSync(join(root, 'train'), { recursive: true })
    await fails(open(), 'data_missing', /no directory 'train'/)
  })

  it('refuses what is no folder of classes', async () => {
    await fails(open(), 'data_missing', /pictures: it does not exist/, /data\.source/)
    mkdirSync(root)
    await fails(open(), 'data_missing', /no images/)
    const png = await plainPng([1, 1, 1])
    writeTree(root, { 'a.png': png })
    await fails(open(), 'data_missing', /no images in directories of classes/)
    writeTree(root, { 'cats/a.png': png })
    await fails(open(), 'data_mismatch', /only one class, cats/)
    writeTree(root, { 'dogs/a.png': png })
    await open()
    assert.match(context.warnings.join(), /1 images lie in no directory of a class.*a\.png/)
    await fails(
      open({ sha256: '0'.repeat(64) }),
      'data_mismatch',
      /directory, which has no SHA-256/,
    )
  })

  it('names links that lead nowhere or in a circle, and files that may not be read', async () => {
    writeTree(root, await twoClasses())
    symlinkSync('../../pictures', join(root, 'red/again'))
    await fails(open(), 'data_mismatch', /again is a link to a directory that it lies in/)
    rmSync(join(root, 'red/again'))
    symlinkSync('nowhere.png', join(root, 'red/lost.png'))
    await fails(open(), 'data_missing', /lost\.png: it does not exist/)
    rmSync(join(root, 'red/lost.png'))
    if (process.getuid?.() === 0) return
    chmodSync(join(root, 'red/a.png'), 0)
    await fails(open({ on_corrupt: 'skip' }), 'data_missing', /a\.png: EACCES/)
  })

  it('decodes once, and again when an image changes even if size and time stay', async () => {
    const files = await twoClasses()
    writeTree(root, files)
    const first = await open()
    assert.deepEqual(context.labels, ['decoding images'])
    assert.equal((await open()).fingerprint, first.fingerprint)
    assert.deepEqual(context.labels, ['decoding images'])
    const path = join(root, 'red/a.png')
    utimesSync(path, new Date(1e12), new Date(1e12))
    assert.equal((await open()).fingerprint, first.fingerprint)
    assert.equal(context.labels.length, 2)
    const { atime, mtime, size } = statSync(path)
    const other = await plainPng([201, 0, 0])
    assert.equal(other.length, size)
    writeFileSync(path, other)
    utimesSync(path, atime, mtime)
    assert.notEqual((await open()).fingerprint, first.fingerprint)
  })

  it('makes a cached file again that is damaged, cut off or longer', async () => {
    writeTree(root, await twoClasses())
    const first = await open()
    const cache = join(context.cacheDirectory, 'decoded')
    const path = join(
      cache,
      readdirSync(cache).find((name) => name.endsWith('.u8'))!,
    )
    const manifest = path.replace('.u8', '.json')
    const damages = [
      () => truncateSync(path, 100),
      () => appendFileSync(path, 'x'),
      () => writeFileSync(path, Buffer.alloc(statSync(path).size)),
      () => rmSync(path),
      () => writeFileSync(manifest, '{"cache_version":'),
    ]
    for (const damage of damages) {
      damage()
      assert.equal((await open()).fingerprint, first.fingerprint)
    }
    assert.equal(context.labels.length, 1 + damages.length)
    assert.equal(context.warnings.length, damages.length - 1)
    assert.equal(readdirSync(cache).length, 2)
  })

  it('gives the same images from memory and from the file', async () => {
    writeTree(root, await twoClasses())
    const inMemory = await open()
    const inFile = await openData(folderConfig(root), { ...context, memoryLimit: 100 })
    assert.equal(inMemory.splits.train.images.store.kind, 'memory')
    assert.equal(inFile.splits.train.images.store.kind, 'file')
    assert.equal(inFile.fingerprint, inMemory.fingerprint)
    assert.deepEqual(
      all(inFile.splits.train, inFile.shape),
      all(inMemory.splits.train, inMemory.shape),
    )
  })

  it('stops decoding when the user asks for it, and leaves nothing', async () => {
    writeTree(root, await twoClasses())
    const interruption = new AbortController()
    interruption.abort()
    const stopped = openData(folderConfig(root), { ...context, signal: interruption.signal })
    await fails(stopped, 'interrupted', /interrupted/)
    assert.deepEqual(readdirSync(join(context.cacheDirectory, 'decoded')), [])
  })

  it('reports a full disk as such, and leaves nothing', async function () {
    if (!existsSync('/dev/full')) {
      console.warn('  SKIPPED: there is no /dev/full.')
      return this.skip()
    }
    writeTree(root, await twoClasses())
    await open()
    const cache = join(context.cacheDirectory, 'decoded')
    const path = join(
      cache,
      readdirSync(cache).find((name) => name.endsWith('.u8'))!,
    )
    rmSync(path)
    symlinkSync('/dev/full', `${path}.${process.pid}.part`)
    await fails(open(), 'disk_full', /The disk is full/)
    assert.deepEqual(readdirSync(cache), [basename(path).replace('.u8', '.json')])
    assert.equal((await open()).splits.train.count, 4)
  })

  it('refuses archives that are damaged, encrypted, bombs, or lead out', async () => {
    const files = entriesOf(await twoClasses())
    const [first] = files as [ZipEntry]
    const rest = files.slice(1)
    const cases: [ZipEntry[], RegExp][] = [
      [[{ ...first, flags: 1 }, ...rest], /green\/a\.png in it is encrypted/],
      [[{ ...first, path: '../../green/a.png' }, ...rest], /invalid relative path/],
      [[{ ...first, path: '/green/a.png' }, ...rest], /absolute path/],
      [[{ ...first, claimed: 0xfffffff0 }, ...rest], /would unpack to more than/],
      [[{ ...first, crc: 7 }, ...rest], /does not fit its checksum/],
      [[{ ...first, claimed: first.content.length + 1 }, ...rest], /green\/a\.png.*bytes/],
    ]
    for (const [entries, message] of cases) {
      await fails(open({}, zip(entries)), 'data_corrupt', message)
    }
    const sound = zipBytes(files)
    const path = join(directory.path, 'cut.zip')
    for (const bytes of [
      sound.subarray(0, sound.length - 40),
      Buffer.from('no archive'),
      Buffer.alloc(0),
    ]) {
      writeFileSync(path, bytes)
      await fails(open({}, path), 'data_corrupt', /cut\.zip cannot be unpacked/)
    }
    writeFileSync(path, sound)
    await fails(open({ sha256: '0'.repeat(64) }, path), 'data_corrupt', /has SHA-256/)
    const image = { path: 'red/huge.png', content: Buffer.alloc((1 << 28) + 1) }
    await fails(
      open({}, zip([...files, image])),
      'data_corrupt',
      /huge\.png.*too many for an image/,
    )
  })

  it('downloads again where the archive in the cache is not the one asked for', async () => {
    const trees = [
      await twoClasses(),
      { ...(await twoClasses()), 'red/more.png': await plainPng([1, 1, 1]) },
    ]
    const archives = trees.map((tree) => zipBytes(entriesOf(tree)))
    let served = 0
    const server = await serve((asked, response) => bytesAnswer(archives[served]!)(asked, response))
    try {
      const url = `${server.url}/images.zip`
      assert.equal((await open({}, url)).splits.train.count, 4)
      served = 1
      assert.equal((await open({}, url)).splits.train.count, 4)
      assert.equal((await open({ sha256: sha256(archives[1]!) }, url)).splits.train.count, 5)
      await fails(open({ sha256: '0'.repeat(64) }, url), 'download_failed', /Cannot download/)
    } finally {
      await server.close()
    }
  })

  it('tells a URL that stalls, serves a page, or something else than an archive', async () => {
    const answers: [Answer, RegExp][] = [
      [() => {}, /nothing arrived for 0\.2 seconds/],
      [
        (_, response) =>
          void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
        /web page/,
      ],
      [bytesAnswer(Buffer.from('<html>')), /sent something else: .*zip archive/],
      [(_, response) => void response.writeHead(302, { location: '/' }).end(), /redirect/],
    ]
    context = { ...context, stallMilliseconds: 200 }
    for (const [answer, message] of answers) {
      const server = await serve(answer)
      try {
        const error = await fails(
          open({}, `${server.url}/s.zip`),
          'download_failed',
          /s\.zip/,
          /data\.source/,
        )
        assert.match(error.details.map((detail) => detail.message).join(), message)
      } finally {
        await server.close()
      }
    }
  })
})
