import { AppError } from '../core/errors.js'

/** An array of numbers, row-major. */
export interface NumberArray {
  readonly shape: readonly number[]
  readonly data: NumericArray
}

export type NumericArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

type Construct = new (buffer: ArrayBuffer) => NumericArray

const types: Readonly<Record<string, Construct>> = {
  '|u1': Uint8Array,
  '|b1': Uint8Array,
  '|i1': Int8Array,
  '<u2': Uint16Array,
  '<i2': Int16Array,
  '<u4': Uint32Array,
  '<i4': Int32Array,
  '<u8': BigUint64Array,
  '<i8': BigInt64Array,
  '<f4': Float32Array,
  '<f8': Float64Array,
}

/** NumPy's file format 1 to 3 (numpy.lib.format), little-endian numbers in C order; anything else is `data_corrupt`. */
export function parseNpy(bytes: Uint8Array, path: string): NumberArray {
  const magic = String.fromCharCode(...bytes.subarray(1, 6))
  if (bytes[0] !== 0x93 || magic !== 'NUMPY') throw unsound(path, 'it does not begin as one')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const long = (bytes[6] as number) >= 2
  const start = long ? 12 : 10
  if (bytes.length < start) throw unsound(path, 'it ends inside its header')
  const end = start + (long ? view.getUint32(8, true) : view.getUint16(8, true))
  if (bytes.length < end) throw unsound(path, 'it ends inside its header')
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, end))
  const { type, shape } = parseHeader(header, path)
  const construct = types[type]
  if (construct === undefined) {
    throw unsound(path, `numbers of type '${type}' are not read; save it as uint8 or float32`)
  }
  const body = bytes.slice(end)
  const size = shape.reduce((product, length) => product * length, 1)
  const width = new construct(new ArrayBuffer(0)).BYTES_PER_ELEMENT
  if (body.length !== size * width) {
    throw unsound(
      path,
      `${shape.join('x')} numbers of type ${type} need ${size * width} bytes, ${body.length} are there`,
    )
  }
  return { shape, data: new construct(body.buffer) }
}

function parseHeader(header: string, path: string): { type: string; shape: number[] } {
  const type = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1]
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1]
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1]
  if (type === undefined || order === undefined || shape === undefined) {
    throw unsound(path, 'its header does not say type, order and shape')
  }
  if (order === 'True') throw unsound(path, 'it is in Fortran order; save np.ascontiguousarray(x)')
  const lengths = shape.split(',').map((length) => length.trim())
  return { type, shape: lengths.filter((length) => length !== '').map(Number) }
}

function unsound(path: string, reason: string): AppError {
  return new AppError('data_corrupt', `${path} is not a NumPy file that can be used: ${reason}`, {
    hint: 'Write it by numpy.save (npy) or numpy.savez (npz).',
  })
}
