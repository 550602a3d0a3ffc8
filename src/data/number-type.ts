import type { StoredTensorType } from '../core/safetensors-header.js'
import { storedTypes } from '../core/safetensors-types.js'

/** How the values of an array are stored, and what they mean as pixels. */
export interface NumberType {
  readonly bytes: number
  /** byte: whole numbers 0 to 255; unit: numbers 0 to 1; truth: 0 or 1. */
  readonly range: 'byte' | 'unit' | 'truth'
  /** The values in little-endian bytes that begin where a buffer begins. */
  read(bytes: Uint8Array<ArrayBuffer>): ArrayLike<number | bigint>
}

type View = new (buffer: ArrayBuffer) => ArrayLike<number | bigint>

function viewed(bytes: number, range: NumberType['range'], view: View): NumberType {
  return { bytes, range, read: ({ buffer }) => new view(buffer) }
}

/** By the names of the safetensors format. */
export const numberTypes = {
  BOOL: viewed(1, 'truth', Uint8Array),
  U8: viewed(1, 'byte', Uint8Array),
  I8: viewed(1, 'byte', Int8Array),
  U16: viewed(2, 'byte', Uint16Array),
  I16: viewed(2, 'byte', Int16Array),
  U32: viewed(4, 'byte', Uint32Array),
  I32: viewed(4, 'byte', Int32Array),
  U64: viewed(8, 'byte', BigUint64Array),
  I64: viewed(8, 'byte', BigInt64Array),
  F16: { bytes: 2, range: 'unit', read: (bytes) => storedTypes.F16.read(bytes) },
  BF16: { bytes: 2, range: 'unit', read: (bytes) => storedTypes.BF16.read(bytes) },
  F32: viewed(4, 'unit', Float32Array),
  F64: viewed(8, 'unit', Float64Array),
} satisfies Record<StoredTensorType, NumberType>
