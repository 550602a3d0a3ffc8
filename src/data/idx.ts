import { createHash } from 'node:crypto'
import { AppError } from '../core/errors.js'
import { sharedBytes } from './memory-part.js'
import { inspectPacking, unpack, type Packing } from './unpack.js'

/** An array of unsigned bytes as IDX files hold it, last dimension fastest. */
export interface IdxArray {
  readonly dimensions: readonly number[]
  readonly data: Uint8Array
  /** SHA-256 and size of the unpacked file, header included. */
  readonly sha256: string
  readonly bytes: number
}

/** How a file is read: what it should hold, and what the user can do when it does not. */
export interface IdxExpectation {
  readonly what: 'images' | 'labels'
  readonly remedy: string
}

const ranks = { images: 3, labels: 1 } as const
const unsignedByte = 0x08
const elementTypes: Readonly<Record<number, string>> = {
  0x09: 'signed bytes',
  0x0b: '16-bit integers',
  0x0c: '32-bit integers',
  0x0d: '32-bit floats',
  0x0e: '64-bit floats',
}
/** DEFLATE cannot shrink data by more than this factor, so a header that claims more than it is wrong. */
const greatestRatio = 1032

/**
 * Reads an IDX file (LeCun's format of MNIST), gzip or raw by its first bytes, straight into an array of its final
 * size. Anything but exactly the bytes its header announces is `data_corrupt`.
 */
export async function readIdx(path: string, expectation: IdxExpectation): Promise<IdxArray> {
  const packing = await inspectPacking(path, expectation.remedy)
  const header = Buffer.alloc(4 + 4 * ranks[expectation.what])
  const hash = createHash('sha256')
  let dimensions: number[] = []
  let data = sharedBytes(0)
  let bytes = 0
  for await (const chunk of unpack(path, packing, expectation.remedy)) {
    hash.update(chunk)
    let rest = chunk
    if (bytes < header.length) {
      const taken = chunk.copy(header, bytes)
      rest = chunk.subarray(taken)
      bytes += taken
      if (bytes < header.length) continue
      dimensions = parseHeader(path, header, expectation)
      data = sharedBytes(announced(path, dimensions, header.length, packing, expectation))
    }
    if (bytes - header.length + rest.length > data.length) {
      throw corrupt(
        path,
        expectation,
        `it goes on after the ${data.length} bytes of its ${shown(dimensions)} ${expectation.what}`,
      )
    }
    data.set(rest, bytes - header.length)
    bytes += rest.length
  }
  if (bytes < header.length) {
    throw corrupt(
      path,
      expectation,
      `it ends after ${bytes} bytes, inside the ${header.length} bytes of its header`,
    )
  }
  if (bytes - header.length < data.length) {
    throw corrupt(
      path,
      expectation,
      `it is cut off: ${shown(dimensions)} ${expectation.what} need ${data.length} bytes, ${bytes - header.length} are there`,
    )
  }
  return { dimensions, data, sha256: hash.digest('hex'), bytes }
}

function parseHeader(path: string, header: Buffer, expectation: IdxExpectation): number[] {
  const rank = ranks[expectation.what]
  const expected = (unsignedByte << 8) | rank
  const magic = header.readUInt32BE(0)
  if (magic !== expected) {
    throw corrupt(
      path,
      expectation,
      `its magic number is ${hex(magic)}, that of ${expectation.what} is ${hex(expected)} (${explainMagic(magic)})`,
    )
  }
  return Array.from({ length: rank }, (_, axis) => header.readUInt32BE(4 + 4 * axis))
}

function explainMagic(magic: number): string {
  const [type, rank] = [(magic >>> 8) & 0xff, magic & 0xff]
  if (magic >>> 16 !== 0) return 'not an IDX file'
  if (type === unsignedByte) return `unsigned bytes in ${rank} dimensions`
  const name = elementTypes[type]
  return name === undefined ? 'not an IDX file' : `${name}, which are not supported`
}

function announced(
  path: string,
  dimensions: readonly number[],
  headerBytes: number,
  packing: Packing,
  expectation: IdxExpectation,
): number {
  const size = dimensions.reduce((product, length) => product * length, 1)
  const limit = packing.gzip ? packing.bytes * greatestRatio : packing.bytes - headerBytes
  if (size > limit) {
    throw corrupt(
      path,
      expectation,
      `it is cut off: ${shown(dimensions)} ${expectation.what} need ${size} bytes, more than a file of ${packing.bytes} bytes can hold`,
    )
  }
  return size
}

function corrupt(path: string, expectation: IdxExpectation, reason: string): AppError {
  return new AppError('data_corrupt', `${path} is not a sound IDX file: ${reason}`, {
    hint: expectation.remedy,
  })
}

function shown(dimensions: readonly number[]): string {
  return dimensions.join('x')
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
