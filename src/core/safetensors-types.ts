/** How the values of one safetensors type are stored, and as what they are read: floats as float32, integers as int32. */
export interface StoredType {
  readonly bytes: number
  readonly dtype: 'float32' | 'int32'
  /** The values in their little-endian bytes; a view of them where the type allows it. */
  read(bytes: Uint8Array): Float32Array | Int32Array
}

/** The types that are read, by their names in the format. Halves are exact in float32, F64 is rounded to the nearest. */
export const storedTypes = {
  F32: {
    bytes: 4,
    dtype: 'float32',
    read: (bytes) => new Float32Array(...aligned(bytes, 4)),
  },
  F16: {
    bytes: 2,
    dtype: 'float32',
    read: (bytes) => widen(bytes, floatsOfHalves()),
  },
  BF16: {
    bytes: 2,
    dtype: 'float32',
    read: (bytes) => new Float32Array(shifted(bytes).buffer),
  },
  F64: {
    bytes: 8,
    dtype: 'float32',
    read: (bytes) => new Float32Array(new Float64Array(...aligned(bytes, 8))),
  },
  I32: {
    bytes: 4,
    dtype: 'int32',
    read: (bytes) => new Int32Array(...aligned(bytes, 4)),
  },
  I64: {
    bytes: 8,
    dtype: 'int32',
    read: (bytes) => Int32Array.from(new BigInt64Array(...aligned(bytes, 8)), clamped),
  },
} satisfies Record<string, StoredType>

type View = [buffer: ArrayBufferLike, offset: number, length: number]

/** Where values of a size begin and how many there are, in a copy where they are not aligned in memory. */
function aligned(bytes: Uint8Array, size: number): View {
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes)
  return [buffer, byteOffset, bytes.length / size]
}

/** bfloat16 is the upper half of a float32. */
function shifted(bytes: Uint8Array): Uint32Array {
  const upper = new Uint16Array(...aligned(bytes, 2))
  const values = new Uint32Array(upper.length)
  for (let i = 0; i < upper.length; i++) values[i] = (upper[i] as number) << 16
  return values
}

function widen(bytes: Uint8Array, table: Float32Array): Float32Array {
  const halves = new Uint16Array(...aligned(bytes, 2))
  const values = new Float32Array(halves.length)
  for (let i = 0; i < halves.length; i++) values[i] = table[halves[i] as number] as number
  return values
}

let halves: Float32Array | undefined

/** The float32 of each of the 65536 halves, made once. */
function floatsOfHalves(): Float32Array {
  halves ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => floatOfHalf(bits))
  return halves
}

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
function floatOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const [least, most] = [-(2n ** 31n), 2n ** 31n - 1n]

/** Counters such as `num_batches_tracked` are all that is stored as I64; a huge one ends at the limit of int32. */
function clamped(value: bigint): number {
  return Number(value < least ? least : value > most ? most : value)
}
