import { AppError } from '../core/errors.js'
import { storedTypes, type StoredType } from './safetensors-types.js'

/** A tensor outside tfjs: row-major values. */
export interface TensorData {
  readonly dtype: 'float32' | 'int32'
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

interface Entry {
  readonly name: string
  readonly type: StoredType
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

const metadataKey = '__metadata__'
const prefixBytes = 8
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
  const { header, body } = splitFile(file)
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => entryOf(name, value))
  checkCoverage(entries, body.length)
  return new Map(
    entries.map(({ name, type, shape, begin, end }) => {
      const data = type.read(body.subarray(begin, end))
      return [name, { dtype: type.dtype, shape, data }]
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

function splitFile(file: Uint8Array): { header: Record<string, unknown>; body: Uint8Array } {
  if (file.length < prefixBytes) throw corrupt('it ends within the header length')
  const view = new DataView(file.buffer, file.byteOffset)
  const headerBytes = view.getBigUint64(0, true)
  if (headerBytes > BigInt(file.length - prefixBytes)) throw corrupt('it ends within the header')
  const bodyStart = prefixBytes + Number(headerBytes)
  const header = parseHeader(file.subarray(prefixBytes, bodyStart))
  return { header, body: file.subarray(bodyStart) }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw corrupt('its header is not JSON', error)
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw corrupt('its header is not an object')
  }
  return header as Record<string, unknown>
}

function entryOf(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets } = Object(value) as Record<string, unknown>
  if (typeof dtype !== 'string' || !Object.hasOwn(storedTypes, dtype)) {
    const known = Object.keys(storedTypes).join(', ')
    throw corrupt(`'${name}' has the type ${JSON.stringify(dtype)}; ${known} can be read`)
  }
  const type: StoredType = storedTypes[dtype as keyof typeof storedTypes]
  if (!isSizes(shape)) throw corrupt(`'${name}' has no valid shape`)
  if (!isSizes(data_offsets) || data_offsets.length !== 2) {
    throw corrupt(`'${name}' has no valid offsets`)
  }
  const [begin, end] = data_offsets as [number, number]
  const bytes = shape.reduce((product, size) => product * size, type.bytes)
  if (end - begin !== bytes) {
    throw corrupt(
      `'${name}' of shape [${shape.join(', ')}] needs ${bytes} bytes, not ${end - begin}`,
    )
  }
  return { name, type, shape, begin, end }
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

/** The tensors must fill the body without holes or overlap, so that no byte of the file is unaccounted for. */
function checkCoverage(entries: readonly Entry[], bytes: number): void {
  let position = 0
  for (const { name, begin, end } of [...entries].sort(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== position) throw corrupt(`'${name}' does not begin where the tensor before ends`)
    position = end
  }
  if (position !== bytes) throw corrupt(`it holds ${bytes} bytes of values, its header ${position}`)
}

function bytesOf(data: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function corrupt(reason: string, cause?: unknown): AppError {
  return new AppError('run_corrupt', `The safetensors file is damaged: ${reason}`, { cause })
}
