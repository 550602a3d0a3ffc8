import assert from 'node:assert/strict'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.js'
import {
  decodeSafetensors,
  encodeSafetensors,
  type TensorData,
} from '../../src/model/safetensors.js'

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

  const entry = (more: object) =>
    JSON.stringify({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...more } })
  const damaged: Record<string, Uint8Array> = {
    'a header that is a list': fileOf('[]', 0),
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
