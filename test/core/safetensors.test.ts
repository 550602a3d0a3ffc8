import assert from 'node:assert/strict'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.js'
import {
  decodeSafetensors,
  encodeSafetensors,
  type TensorData,
} from '../../src/core/safetensors.js'

const tensorData: fc.Arbitrary<TensorData> = fc
  .array(fc.nat(4), { maxLength: 3 })
  .chain((shape) => {
    const size = shape.reduce((product, length) => product * length, 1)
    const values = { minLength: size, maxLength: size }
    return fc.oneof(
      fc.float32Array(values).map((data) => ({ dtype: 'float32' as const, shape, data })),
      fc.int32Array(values).map((data) => ({ dtype: 'int32' as const, shape, data })),
    )
  })

const tensorFile = fc
  .dictionary(
    fc.string().filter((name) => name !== '__metadata__'),
    tensorData,
    { maxKeys: 5 },
  )
  .map((tensors) => new Map(Object.entries(tensors)))

function isCorrupt(error: unknown): boolean {
  return error instanceof AppError && error.code === 'run_corrupt'
}

/** A file with the given header and as many bytes of values. */
function fileOf(header: string, bytes: number): Uint8Array {
  const text = Buffer.from(header)
  const file = new Uint8Array(8 + text.length + bytes)
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true)
  file.set(text, 8)
  return file
}

describe('safetensors', () => {
  it('gives back what was written, bit for bit', () => {
    fc.assert(
      fc.property(tensorFile, fc.dictionary(fc.string(), fc.string()), (tensors, metadata) => {
        const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata))
        assert.deepEqual(new Map([...decoded].sort()), new Map([...tensors].sort()))
      }),
    )
  })

  it('reads a file at any offset of a larger buffer', () => {
    const file = encodeSafetensors(
      new Map([['a', { dtype: 'float32', shape: [1], data: Float32Array.of(2.5) }]]),
    )
    const shifted = Buffer.concat([Buffer.alloc(3), file]).subarray(3)
    assert.deepEqual(decodeSafetensors(shifted).get('a')?.data, Float32Array.of(2.5))
  })

  it('aligns the values to 8 bytes', () => {
    const file = encodeSafetensors(
      new Map([['name', { dtype: 'int32', shape: [], data: Int32Array.of(7) }]]),
    )
    assert.equal(new DataView(file.buffer).getBigUint64(0, true) % 8n, 0n)
  })

  it('reports every truncation as damage', () => {
    fc.assert(
      fc.property(
        tensorFile,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (tensors, part) => {
          const file = encodeSafetensors(tensors)
          const cut = file.subarray(0, Math.floor(part * file.length))
          assert.throws(() => decodeSafetensors(cut), isCorrupt)
        },
      ),
    )
  })

  it('never fails in another way, whatever the bytes', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.tuple(fc.json(), fc.nat(32)).map(([header, bytes]) => fileOf(header, bytes)),
    )
    fc.assert(
      fc.property(anything, (bytes) => {
        try {
          decodeSafetensors(bytes)
        } catch (error) {
          assert.ok(isCorrupt(error), String(error))
        }
      }),
    )
  })

  /** The stored bytes of one tensor, read. */
  const read = (dtype: string, bytes: Uint8Array, values: number) => {
    const header = { a: { dtype, shape: [values], data_offsets: [0, bytes.length] } }
    const file = fileOf(JSON.stringify(header), bytes.length)
    file.set(bytes, file.length - bytes.length)
    const tensor = decodeSafetensors(file).get('a')
    assert.ok(tensor)
    return tensor
  }
  const bytesOf = (values: ArrayBufferView) =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

  it('reads halves', () => {
    const halves = [0x0000, 0x8000, 0x3c00, 0xbe00, 0x7bff, 0x0400, 0x0001, 0x83ff, 0x7c00, 0xfc00]
    const { dtype, data } = read('F16', bytesOf(Uint16Array.from(halves)), halves.length)
    assert.equal(dtype, 'float32')
    assert.deepEqual(
      [...data],
      [0, -0, 1, -1.5, 65504, 2 ** -14, 2 ** -24, -1023 * 2 ** -24, Infinity, -Infinity],
    )
    assert.ok(Number.isNaN(read('F16', bytesOf(Uint16Array.of(0x7e00)), 1).data[0]))
  })

  it('reads bfloat16 as the upper half of a float32', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true, maxLength: 20 }), (values) => {
        const words = new Uint32Array(bytesOf(values).slice().buffer)
        const upper = Uint16Array.from(words, (word) => word >>> 16)
        const truncated = new Float32Array(words.map((word) => word & 0xffff0000).buffer)
        assert.deepEqual(read('BF16', bytesOf(upper), values.length).data, truncated)
      }),
    )
  })

  it('reads doubles rounded to the nearest float32', () => {
    fc.assert(
      fc.property(fc.float64Array({ maxLength: 20 }), (values) => {
        const { data } = read('F64', bytesOf(values), values.length)
        assert.deepEqual(data, Float32Array.from(values, Math.fround))
      }),
    )
  })

  it('reads 64-bit counters up to the limits of 32 bits', () => {
    const counters = BigInt64Array.of(0n, 1563n, -1n, 2n ** 40n, -(2n ** 40n))
    const { dtype, data } = read('I64', bytesOf(counters), 5)
    assert.equal(dtype, 'int32')
    assert.deepEqual([...data], [0, 1563, -1, 2 ** 31 - 1, -(2 ** 31)])
  })

  const entry = (more: object) =>
    JSON.stringify({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...more } })
  const damaged: Record<string, Uint8Array> = {
    'a header that is a list': fileOf('[]', 0),
    'a header longer than the file': fileOf('{}', 0).map((byte, i) => (i === 1 ? 1 : byte)),
    'an unsupported type': fileOf(entry({ dtype: 'F8_E4M3' }), 8),
    'a negative size': fileOf(entry({ shape: [-2] }), 8),
    'offsets that do not match the shape': fileOf(entry({ shape: [3] }), 8),
    'a hole': fileOf(entry({ data_offsets: [4, 12] }), 12),
    'values that no tensor owns': fileOf(entry({}), 12),
    'values that are not there': fileOf(entry({}), 4),
    'tensors that overlap': fileOf(
      JSON.stringify({
        a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
        b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
      }),
      8,
    ),
  }
  for (const [what, file] of Object.entries(damaged)) {
    it(`refuses ${what}`, () => assert.throws(() => decodeSafetensors(file), isCorrupt))
  }
})
