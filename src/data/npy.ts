import { AppError } from '../core/errors.js'
import type { ByteStream } from './byte-stream.js'
import { numberTypes, type NumberType } from './number-type.js'

/** What the header of a NumPy file says. */
export interface NpyHeader {
  readonly shape: readonly number[]
  readonly type: NumberType
  /** Bytes before the values. */
  readonly length: number
}

const types: ReadonlyMap<string, NumberType> = new Map([
  ['|b1', numberTypes.BOOL],
  ['|u1', numberTypes.U8],
  ['|i1', numberTypes.I8],
  ['<u2', numberTypes.U16],
  ['<i2', numberTypes.I16],
  ['<u4', numberTypes.U32],
  ['<i4', numberTypes.I32],
  ['<u8', numberTypes.U64],
  ['<i8', numberTypes.I64],
  ['<f2', numberTypes.F16],
  ['<f4', numberTypes.F32],
  ['<f8', numberTypes.F64],
])

/** Longer headers are not written by NumPy for numbers. */
const longestHeader = 1 << 16

/**
 * Takes the header of a NumPy file of format 1 to 3 (numpy.lib.format) off a stream: little-endian numbers in C order;
 * anything else is `data_corrupt`.
 */
export async function takeNpyHeader(stream: ByteStream, path: string): Promise<NpyHeader> {
  const start = await stream.take(8)
  const magic = String.fromCharCode(...start.subarray(0, 6))
  if (magic !== '\x93NUMPY') throw unsound(path, 'it does not begin as one')
  const long = (start[6] ?? 0) >= 2
  const size = await stream.take(long ? 4 : 2)
  if (size.length < (long ? 4 : 2)) throw unsound(path, 'it ends inside its header')
  const view = new DataView(size.buffer)
  const length = long ? view.getUint32(0, true) : view.getUint16(0, true)
  if (length > longestHeader) throw unsound(path, `its header has ${length} bytes`)
  const header = await stream.take(length)
  if (header.length < length) throw unsound(path, 'it ends inside its header')
  const { type, shape } = parseHeader(new TextDecoder('latin1').decode(header), path)
  return { type, shape, length: start.length + size.length + length }
}

function parseHeader(header: string, path: string): { type: NumberType; shape: number[] } {
  const name = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1]
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1]
  const sizes = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1]
  if (name === undefined || order === undefined || sizes === undefined) {
    throw unsound(path, 'its header does not say type, order and shape')
  }
  const shape = sizes
    .split(',')
    .map((length) => length.trim())
    .filter((length) => length !== '')
    .map(Number)
  const type = types.get(name)
  if (type === undefined) {
    throw unsound(path, `numbers of type '${name}' are not read; save it as uint8 or float32`)
  }
  if (order === 'True' && shape.length > 1) {
    throw unsound(path, 'it is in Fortran order; save np.ascontiguousarray(x)')
  }
  return { type, shape }
}

function unsound(path: string, reason: string): AppError {
  return new AppError('data_corrupt', `${path} is not a NumPy file that can be used: ${reason}`, {
    hint: 'Write it by numpy.save (npy) or numpy.savez (npz).',
  })
}
