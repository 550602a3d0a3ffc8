import {
  corrupt,
  headerLength,
  metadataKey,
  parseHeader,
  prefixBytes,
} from './safetensors-header.js'
import { storedTypes, type StoredType } from './safetensors-types.js'

/** A tensor outside tfjs: row-major values. */
export interface TensorData {
  readonly dtype: 'float32' | 'int32'
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

const alignment = 8
const codes = { float32: 'F32', int32: 'I32' } as const

/**
 * Writes tensors as a safetensors file (github.com/huggingface/safetensors): the header's length as 64-bit little
 * endian, the JSON header padded to a multiple of 8, then the values in the order given.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header = headerOf(tensors, metadata)
  const text = Buffer.from(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / alignment) * alignment
  const bodyBytes = [...tensors.values()].reduce((total, { data }) => total + data.byteLength, 0)
  const file = new Uint8Array(prefixBytes + headerBytes + bodyBytes)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true)
  file.fill(0x20, prefixBytes, prefixBytes + headerBytes)
  file.set(text, prefixBytes)
  let position = prefixBytes + headerBytes
  for (const { data } of tensors.values()) {
    file.set(bytesOf(data), position)
    position += data.byteLength
  }
  return file
}

/**
 * Reads a safetensors file: F32, F16, BF16 and F64 as float32, I32 and I64 as int32. Values that need no conversion are
 * views of the file's bytes. `run_corrupt` says what is wrong with a damaged one.
 */
export function decodeSafetensors(file: Uint8Array): Map<string, TensorData> {
  const bodyStart = prefixBytes + headerLength(file, file.length)
  const body = file.subarray(bodyStart)
  const tensors = parseHeader(file.subarray(prefixBytes, bodyStart), body.length)
  return new Map(
    tensors.map(({ name, dtype, shape, begin, end }) => {
      const type = typeOf(name, dtype)
      return [name, { dtype: type.dtype, shape, data: type.read(body.subarray(begin, end)) }]
    }),
  )
}

function headerOf(
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>>,
): Record<string, unknown> {
  if (tensors.has(metadataKey)) throw new Error(`a tensor cannot be named ${metadataKey}`)
  const head = Object.keys(metadata).length > 0 ? [[metadataKey, metadata]] : []
  let end = 0
  const entries = [...tensors].map(([name, { dtype, shape, data }]) => {
    const begin = end
    end += data.byteLength
    return [name, { dtype: codes[dtype], shape, data_offsets: [begin, end] }]
  })
  return Object.fromEntries([...head, ...entries]) as Record<string, unknown>
}

function typeOf(name: string, dtype: string): StoredType {
  if (Object.hasOwn(storedTypes, dtype)) return storedTypes[dtype as keyof typeof storedTypes]
  const known = Object.keys(storedTypes).join(', ')
  throw corrupt(`'${name}' has the type ${JSON.stringify(dtype)}; ${known} can be read`)
}

function bytesOf(data: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
