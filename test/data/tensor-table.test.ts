import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.js'
import type { Part } from '../../src/data/data-set.js'
import { openData } from '../../src/data/datasets.js'
import type { TensorTableConfig } from '../../src/spec/types.gen.js'
import { bytesOf, npyBytes, safetensorsBytes } from './array-files.js'
import { listeningContext, scratch } from './idx-files.js'
import { zipBytes } from './zip-files.js'

describe('tensor_table', () => {
  const directory = scratch()
  const at = (name: string) => join(directory.path, name)
  let context: ReturnType<typeof listeningContext>
  beforeEach(() => (context = listeningContext({ cacheDirectory: at('cache') })))
  after(() => directory.remove())

  /** Six images of 2x3 pixels and three channels. */
  const pixels = Uint8Array.from({ length: 6 * 18 }, (_, i) => (i * 53 + 7) & 255)
  const shape = [6, 2, 3, 3]
  const npy = npyBytes('|u1', shape, pixels)

  const configure = (changes: Partial<TensorTableConfig>): TensorTableConfig => ({
    name: 'tensor_table',
    images: at('images.npy'),
    labels: at('labels.csv'),
    test_images: null,
    test_labels: null,
    array: null,
    layout: 'nhwc',
    label_column: null,
    group_column: null,
    separator: ',',
    label_base: 0,
    names: null,
    resize: { size: null, method: 'bilinear', fit: 'stretch' },
    channels: 'keep',
    batch_size: 2,
    last_batch: 'keep',
    num_workers: 0,
    ...changes,
  })
  const write = (files: Record<string, string | Uint8Array>) => {
    for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content)
  }
  const open = (changes: Partial<TensorTableConfig> = {}) => openData(configure(changes), context)
  const openImages = (name: string, changes: Partial<TensorTableConfig> = {}) =>
    open({ images: at(name), ...changes })
  const all = (part: Part, size = 18) => {
    const { count } = part
    const out = new Uint8Array(count * size)
    part.read(
      Array.from({ length: count }, (_, i) => i),
      out,
    )
    return out
  }
  async function fails(work: Promise<unknown>, code: string, message: RegExp, hint = /./) {
    const error: unknown = await work.then(
      () => assert.fail('did not fail'),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, message)
    assert.match(error.hint ?? '-', hint)
  }

  beforeEach(() => write({ 'images.npy': npy, 'labels.csv': 'label\n0\n1\n2\n0\n1\n2\n' }))

  it('joins images and labels row for row', async () => {
    const data = await open()
    assert.deepEqual(data.shape, [2, 3, 3])
    assert.deepEqual(data.classes, ['0', '1', '2'])
    assert.deepEqual([...data.splits.train.labels], [0, 1, 2, 0, 1, 2])
    assert.deepEqual(all(data.splits.train), pixels)
    assert.deepEqual(
      data.files.map(({ name }) => name),
      ['images.npy', 'labels.csv'],
    )
    assert.match(data.describe(), /images\.npy: 6 training images and no test images of 2x3/)
  })

  it('gives the same from every container, type and order of axes', async () => {
    const planes = new Uint8Array(pixels.length)
    for (let i = 0; i < 6; i++) {
      for (let p = 0; p < 6; p++) {
        for (let c = 0; c < 3; c++) planes[i * 18 + c * 6 + p] = pixels[i * 18 + p * 3 + c]!
      }
    }
    const unit = (bits: 32 | 64) =>
      bytesOf(
        bits === 32
          ? Float32Array.from(pixels, (v) => v / 255)
          : Float64Array.from(pixels, (v) => v / 255),
      )
    const other = { path: 'other.npy', content: npyBytes('|u1', [1], Uint8Array.of(1)) }
    const tensor = (dtype: string, bytes: Uint8Array) =>
      safetensorsBytes({ x: { dtype, shape, bytes } })
    write({
      'i64.npy': npyBytes('<i8', shape, bytesOf(BigInt64Array.from(pixels, BigInt))),
      'i16.npy': npyBytes('<i2', shape, bytesOf(Int16Array.from(pixels))),
      'f32.npy': npyBytes('<f4', shape, unit(32)),
      'f64.npy': npyBytes('<f8', shape, unit(64)),
      'planes.npy': npyBytes('|u1', [6, 3, 2, 3], planes),
      'one.npz': zipBytes([{ path: 'anything.npy', content: npy }]),
      'two.npz': zipBytes([other, { path: 'images.npy', content: npy }]),
      'u8.safetensors': tensor('U8', pixels),
      'f32.safetensors': safetensorsBytes({
        extra: { dtype: 'I64', shape: [1], bytes: new Uint8Array(8) },
        images: { dtype: 'F32', shape, bytes: unit(32) },
      }),
    })
    const { fingerprint } = await open()
    for (const name of [
      'i64.npy',
      'i16.npy',
      'f32.npy',
      'f64.npy',
      'one.npz',
      'two.npz',
      'u8.safetensors',
      'f32.safetensors',
    ]) {
      assert.equal((await openImages(name)).fingerprint, fingerprint, name)
    }
    const named = await openImages('f32.safetensors', { array: 'images' })
    assert.equal(named.fingerprint, fingerprint)
    const first = await openImages('planes.npy', { layout: 'nchw' })
    assert.deepEqual(all(first.splits.train), pixels)
  })

  it('takes halves as 0 to 1, truths as black and white, and images without channels as grey', async () => {
    const halves = Uint16Array.from({ length: 36 }, (_, i) => (i % 2 === 0 ? 0x3c00 : 0x3800))
    write({
      'f16.npy': npyBytes('<f2', [6, 2, 3], bytesOf(halves)),
      'bool.npy': npyBytes('|b1', [6, 2, 3], new Uint8Array(36).fill(1)),
    })
    const data = await openImages('f16.npy')
    assert.deepEqual(data.shape, [2, 3, 1])
    assert.deepEqual([...all(data.splits.train, 6).subarray(0, 2)], [255, 128])
    const masks = await openImages('bool.npy')
    assert.deepEqual([...new Set(all(masks.splits.train, 6))], [255])
  })

  it('leaves what is too large for memory in its file, or else in the cache', async () => {
    write({
      'f32.npy': npyBytes('<f4', shape, bytesOf(Float32Array.from(pixels, (v) => v / 255))),
      'one.npz': zipBytes([{ path: 'images.npy', content: npy }]),
      'x.safetensors': safetensorsBytes({ x: { dtype: 'U8', shape, bytes: pixels } }),
    })
    const { fingerprint } = await open()
    context = { ...context, memoryLimit: 50 }
    for (const name of ['images.npy', 'x.safetensors', 'f32.npy', 'one.npz', 'one.npz']) {
      const data = await openImages(name)
      const { store } = data.splits.train.images
      assert.ok(store.kind === 'file')
      const own = name === 'images.npy' || name === 'x.safetensors'
      assert.equal(store.path === at(name), own)
      assert.equal(data.fingerprint, fingerprint)
      assert.deepEqual(all(data.splits.train), pixels)
    }
  })

  it('counts labels from one, names them, reads other separators, columns and test images', async () => {
    write({
      'labels.csv': '\ufeffindex;label\r\n5;1\r\n6;2\r\n7;3\r\n8;1\r\n9;2\r\n10;3\r\n',
      'names.txt': 'rose\ntulip\n\nlily\n',
      'test.csv': 'index;label\n1;3\n2;3\n3;1\n4;1\n5;1\n6;1\n',
    })
    const data = await open({
      separator: ';',
      label_base: 1,
      names: at('names.txt'),
      test_images: at('images.npy'),
      test_labels: at('test.csv'),
    })
    assert.deepEqual(data.classes, ['rose', 'tulip', 'lily'])
    assert.deepEqual([...data.splits.train.labels], [0, 1, 2, 0, 1, 2])
    assert.deepEqual([...data.splits.test!.labels], [2, 2, 0, 0, 0, 0])
    assert.equal(data.files.length, 4)
    write({ 'labels.csv': 'kind\nb\na\n"c, d"\nb\na\na\n' })
    const named = await open({ label_column: 'kind' })
    assert.deepEqual(named.classes, ['a', 'b', 'c, d'])
    write({ 'labels.csv': 'kind\n1.0\n0.0\n2.0\n1.0\n1.0\n1.0\n' })
    assert.deepEqual([...(await open()).splits.train.labels], [1, 0, 2, 1, 1, 1])
  })

  it('tells labels that cannot be right', async () => {
    const cases: [string, Partial<TensorTableConfig>, string, RegExp, RegExp][] = [
      [
        'label\n0\n1\n2\n',
        {},
        'data_mismatch',
        /holds 6 images, but .*labels\.csv holds 3 labels/,
        /Row i/,
      ],
      [
        'label;group\n0;a\n1;a\n0;b\n1;b\n0;c\n1;c\n',
        {},
        'data_mismatch',
        /one column, called 'label;group'/,
        /data\.separator/,
      ],
      ['label\n0\n1\n\n\n1\n0\n0\n', {}, 'data_mismatch', /holds 5 labels/, /empty line is no row/],
      [
        'label\n1\n2\n3\n1\n2\n3\n',
        {},
        'data_mismatch',
        /go up to 3, but 0 never occurs/,
        /label_base/,
      ],
      [
        'label\n0\n1\n2\n0\n1\n2\n',
        { label_base: 1 },
        'data_corrupt',
        /row 1 has label 0, but labels go from 1/,
        /label_base/,
      ],
      ['label\n0\n1\n-1\n0\n1\n2\n', {}, 'data_corrupt', /row 3 has label -1/, /label_base/],
      [
        'label\n0\n1\n99999999999\n0\n1\n2\n',
        {},
        'data_corrupt',
        /row 3 has label 99999999999, but there are only 6/,
        /./,
      ],
      ['label\n0\n0\n0\n0\n0\n0\n', {}, 'data_mismatch', /only one class/, /two classes/],
      [
        'a,label\n0,0\n1\n',
        {},
        'data_corrupt',
        /labels\.csv:3 has 1 cells, its header 2/,
        /as many cells/,
      ],
      ['a,label\n0,0\n1,\n', {}, 'data_corrupt', /labels\.csv:3 has no label/, /./],
      ['a,b\n0,0\n', {}, 'data_mismatch', /has no column 'label'/, /a, b/],
      ['label\n"0\n', {}, 'data_corrupt', /not a sound CSV/, /./],
      ['label\n', {}, 'data_corrupt', /no rows/, /./],
      ['', {}, 'data_corrupt', /no rows/, /./],
    ]
    for (const [text, changes, code, message, hint] of cases) {
      write({ 'labels.csv': text })
      await fails(open(changes), code, message, hint)
    }
    write({
      'labels.csv': 'label\nrose\ntulip\nrsoe\nrose\nrose\nrose\n',
      'names.txt': 'rose\ntulip\n',
    })
    await fails(
      open({ names: at('names.txt') }),
      'data_corrupt',
      /row 3 has the unknown label 'rsoe'/,
    )
    write({ 'names.txt': 'rose\nrose\n' })
    await fails(open({ names: at('names.txt') }), 'data_corrupt', /names 'rose' twice/)
    await fails(open({ labels: at('none.csv') }), 'data_missing', /none\.csv: it does not exist/)
    await fails(
      open({ test_images: at('images.npy') }),
      'config_conflict',
      /test_images is set, but data\.test_labels is not/,
    )
  })

  it('tells arrays that cannot be right', async () => {
    const noise = Float32Array.from(pixels, (v) => v / 255)
    noise[40] = NaN
    const loud = Float32Array.from(pixels)
    write({
      'cut.npy': npy.subarray(0, npy.length - 1),
      'long.npy': Buffer.concat([npy, Buffer.of(0)]),
      'head.npy': npy.subarray(0, 20),
      'text.npy': 'text',
      'flat.npy': npyBytes('|u1', [108], pixels),
      'none.npy': npyBytes('|u1', [0, 2, 3], new Uint8Array(0)),
      'four.npy': npyBytes('|u1', [6, 3, 3, 2], pixels),
      'nan.npy': npyBytes('<f4', shape, bytesOf(noise)),
      'loud.npy': npyBytes('<f4', shape, bytesOf(loud)),
      'big.npy': npyBytes('<i2', shape, bytesOf(Int16Array.from(pixels, (v) => v + 100))),
      'endian.npy': npyBytes('>f4', shape, bytesOf(loud)),
      'object.npy': npyBytes('|O', shape, pixels),
      'fortran.npy': Buffer.from(npy.toString('latin1').replace('False', 'True '), 'latin1'),
      'two.npz': zipBytes([
        { path: 'x.npy', content: npy },
        { path: 'y.npy', content: npy },
      ]),
      'damaged.npz': zipBytes([{ path: 'x.npy', content: npy, crc: 1 }]),
      'cut.safetensors': safetensorsBytes({ x: { dtype: 'U8', shape, bytes: pixels } }).subarray(
        0,
        90,
      ),
      'complex.safetensors': safetensorsBytes({ x: { dtype: 'C64', shape, bytes: pixels } }),
      'model.pt': 'PK',
      'images.jpg': 'x',
    })
    const cases: [string, string, RegExp, RegExp][] = [
      ['cut.npy', 'data_corrupt', /is cut off: it does not hold 6 images/, /again/],
      ['long.npy', 'data_corrupt', /goes on after its 6 images/, /again/],
      ['head.npy', 'data_corrupt', /inside its header/, /numpy\.save/],
      ['text.npy', 'data_corrupt', /does not begin as one/, /numpy\.save/],
      ['flat.npy', 'data_mismatch', /array of 108, which are no images/, /count, height/],
      ['none.npy', 'data_mismatch', /0x2x3, which are no images/, /./],
      ['four.npy', 'data_mismatch', /2 channels, not 1 or 3/, /nchw/],
      ['nan.npy', 'data_corrupt', /image 2 has the value NaN/, /0 to 1/],
      ['loud.npy', 'data_corrupt', /image 0 has the value 7/, /divide others by 255/],
      ['big.npy', 'data_corrupt', /image \d has the value \d+/, /0 to 255/],
      ['endian.npy', 'data_corrupt', /type '>f4' are not read/, /./],
      ['object.npy', 'data_corrupt', /type '\|O' are not read/, /./],
      ['fortran.npy', 'data_corrupt', /Fortran order; save np\.ascontiguousarray/, /./],
      ['two.npz', 'data_mismatch', /no array 'images'/, /It holds x, y: set data\.array/],
      ['damaged.npz', 'data_corrupt', /does not fit its checksum/, /./],
      ['cut.safetensors', 'data_corrupt', /damaged/, /./],
      ['complex.safetensors', 'data_corrupt', /type "C64"/, /./],
      ['model.pt', 'data_mismatch', /is a pickle, which can run any program/, /numpy\.save/],
      ['images.jpg', 'data_mismatch', /no npy, npz or safetensors/, /./],
      ['absent.npy', 'data_missing', /absent\.npy: it does not exist/, /./],
    ]
    for (const [name, code, message, hint] of cases) {
      await fails(openImages(name), code, message, hint)
    }
  })

  it('resizes and changes channels as images are read', async () => {
    const data = await open({
      resize: { size: [4, 6], method: 'nearest', fit: 'stretch' },
      channels: 'grey',
    })
    assert.deepEqual(data.shape, [4, 6, 1])
    const values = all(data.splits.train, 24)
    assert.equal(values[0], values[1])
    assert.equal(values[0], values[6])
    assert.match(data.describe(), /Resized to 4x6x1 \(nearest, stretch\)/)
    assert.notEqual(data.fingerprint, (await open()).fingerprint)
  })
})
