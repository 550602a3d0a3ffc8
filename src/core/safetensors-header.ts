import { AppError } from './errors.js'

/** Where one tensor of a safetensors file lies: `begin` and `end` count from the first byte after the header. */
export interface StoredTensor {
  readonly name: string
  readonly dtype: StoredTensorType
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

export type StoredTensorType = keyof typeof widths

/** Bytes of a value of each type of the format. */
const widths = {
  ...{ BOOL: 1, U8: 1, I8: 1, U16: 2, I16: 2, F16: 2, BF16: 2 },
  ...{ U32: 4, I32: 4, F32: 4, U64: 8, I64: 8, F64: 8 },
} as const

/** The length of the header in the first bytes of a file. */
export const prefixBytes = 8

/** The key of a header that names no tensor. */
export const metadataKey = '__metadata__'

/** Bytes of the header, from a file's first eight; `run_corrupt` if the file is too short to hold it. */
export function headerLength(prefix: Uint8Array, fileBytes: number): number {
  if (fileBytes < prefixBytes) throw corrupt('it ends within the header length')
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true)
  if (length > BigInt(fileBytes - prefixBytes)) throw corrupt('it ends within the header')
  return Number(length)
}

/** The tensors that a header (github.com/huggingface/safetensors) lists; what does not fit together is `run_corrupt`. */
export function parseHeader(header: Uint8Array, bodyBytes: number): StoredTensor[] {
  const tensors = Object.entries(parseJson(header))
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => tensorOf(name, value))
  checkCoverage(tensors, bodyBytes)
  return tensors
}

/** A damaged file, and what is wrong with it. */
export function corrupt(reason: string, cause?: unknown): AppError {
  return new AppError('run_corrupt', `The safetensors file is damaged: ${reason}`, { cause })
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
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

function tensorOf(name: string, value: unknown): StoredTensor {
  const { dtype, shape, data_offsets } = Object(value) as Record<string, unknown>
  if (typeof dtype !== 'string' || !Object.hasOwn(widths, dtype)) {
    const known = Object.keys(widths).join(', ')
    throw corrupt(`'${name}' has the type ${JSON.stringify(dtype)}; ${known} can be read`)
  }
  const type = dtype as StoredTensorType
  if (!isSizes(shape)) throw corrupt(`'${name}' has no valid shape`)
  if (!isSizes(data_offsets) || data_offsets.length !== 2) {
    throw corrupt(`'${name}' has no valid offsets`)
  }
  const [begin, end] = data_offsets as [number, number]
  const bytes = shape.reduce((product, size) => product * size, widths[type])
  if (end - begin !== bytes) {
    throw corrupt(
      `'${name}' of shape [${shape.join(', ')}] needs ${bytes} bytes, not ${end - begin}`,
    )
  }
  return { name, dtype: type, shape, begin, end }
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

/** The tensors must fill the body without holes or overlap, so that no byte of the file is unaccounted for. */
function checkCoverage(tensors: readonly StoredTensor[], bytes: number): void {
  let position = 0
  for (const { name, begin, end } of [...tensors].sort(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== position) throw corrupt(`'${name}' does not begin where the tensor before ends`)
    position = end
  }
  if (position !== bytes) throw corrupt(`it holds ${bytes} bytes of values, its header ${position}`)
}
