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

/** An IDX file whose header was read. */
export interface IdxFile {
  readonly dimensions: readonly number[]
  /** Where the values begin in the file; null: they are packed. */
  readonly start: number | null
  /** The values in pieces, once; they come to an end only if they are exactly those that the header announces. */
  values(): AsyncGenerator<Uint8Array, void>
  /** SHA-256 and size of the unpacked file, when all values have come. */
  identity(): Pick<IdxArray, 'sha256' | 'bytes'>
  close(): Promise<void>
}

/** Reads an IDX file straight into an array of its final size, with the errors of `openIdx`. */
export async function readIdx(path: string, expectation: IdxExpectation): Promise<IdxArray> {
  const file = await openIdx(path, expectation)
  const data = sharedBytes(sizeOf(file.dimensions))
  let done = 0
  for await (const piece of file.values()) {
    data.set(piece, done)
    done += piece.length
  }
  return { dimensions: file.dimensions, data, ...file.identity() }
}

/**
 * Opens an IDX file (LeCun's format of MNIST), gzip or raw by its first bytes. Anything but exactly the bytes its header
 * announces is `data_corrupt`, here or as the values come.
 */
export async function openIdx(path: string, expectation: IdxExpectation): Promise<IdxFile> {
  const packing = await inspectPacking(path, expectation.remedy)
  const length = 4 + 4 * ranks[expectation.what]
  const pieces = unpack(path, packing, expectation.remedy)
  const hash = createHash('sha256')
  const header = Buffer.alloc(length)
  let bytes = 0
  let rest: Buffer = Buffer.alloc(0)
  while (bytes < length) {
    const next = await pieces.next()
    if (next.done === true) {
      throw corrupt(
        path,
        expectation,
        `it ends after ${bytes} bytes, inside the ${length} bytes of its header`,
      )
    }
    hash.update(next.value)
    const taken = next.value.copy(header, bytes)
    rest = next.value.subarray(taken)
    bytes += taken
  }
  try {
    const dimensions = parseHeader(path, header, expectation)
    const size = announced(path, dimensions, length, packing, expectation)
    const check = (come: number) => {
      if (come > size) throw tooLong(path, dimensions, expectation)
    }
    return {
      dimensions,
      start: packing.gzip ? null : length,
      async *values() {
        let come = rest.length
        check(come)
        if (come > 0) yield rest
        for await (const piece of pieces) {
          hash.update(piece)
          come += piece.length
          check(come)
          yield piece
        }
        if (come < size) throw cutOff(path, dimensions, come, expectation)
      },
      identity: () => ({ sha256: hash.digest('hex'), bytes: length + size }),
      async close() {
        await pieces.return()
      },
    }
  } catch (error) {
    await pieces.return()
    throw error
  }
}

function tooLong(
  path: string,
  dimensions: readonly number[],
  expectation: IdxExpectation,
): AppError {
  const size = sizeOf(dimensions)
  const reason = `it goes on after the ${size} bytes of its ${shown(dimensions)} ${expectation.what}`
  return corrupt(path, expectation, reason)
}

function cutOff(
  path: string,
  dimensions: readonly number[],
  come: number,
  expectation: IdxExpectation,
): AppError {
  return corrupt(
    path,
    expectation,
    `it is cut off: ${shown(dimensions)} ${expectation.what} need ${sizeOf(dimensions)} bytes, ${come} are there`,
  )
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
  const size = sizeOf(dimensions)
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

function sizeOf(dimensions: readonly number[]): number {
  return dimensions.reduce((product, length) => product * length, 1)
}

function shown(dimensions: readonly number[]): string {
  return dimensions.join('x')
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
