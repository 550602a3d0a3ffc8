import { ByteWriter } from 'hyparquet-writer'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js'
import { snappyCompress } from 'hyparquet-writer/src/snappy.js'
import { AppError } from '../../core/errors.js'
import type { TextRow } from '../databases.js'
import type { OutputColumn } from './formats.js'

/** The cells of one column in some rows, as they stand in a file: a header, which cells there are, and the cells. */
export interface Page {
  readonly bytes: Uint8Array
  readonly values: number
  readonly nulls: number
  /** Of the bytes, if they were not compressed. */
  readonly uncompressed: number
  /** The least and the greatest integer; a column of texts has none. */
  readonly range: Range | null
}

export interface Range {
  readonly least: bigint
  readonly greatest: bigint
}

interface Cells {
  readonly bytes: Uint8Array
  readonly range: Range | null
}

const limit = 2n ** 63n

/** Where cells are written before they are packed; every page overwrites the one before. */
const cellRoom = Buffer.allocUnsafeSlow(2 * 1024 * 1024)

/**
 * A data page (version 2) of plain cells, compressed with Snappy. The cells are written into one buffer at once: an array
 * of bytes for each of them is what makes the memory of other writers grow.
 */
export function encodePage(rows: readonly TextRow[], column: OutputColumn): Page {
  const present = rows.map((row) => ((row[column.index] ?? null) === null ? 0 : 1))
  const nulls = present.filter((one) => one === 0).length
  const levels = new ByteWriter()
  writeRleBitPackedHybrid(levels, present, 1)
  const cells = column.integer ? integers(rows, column) : texts(rows, column)
  const packed = snappyCompress(cells.bytes)
  const writer = new ByteWriter(levels.index + packed.length + 64)
  const counts = { num_values: rows.length, num_nulls: nulls, num_rows: rows.length }
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.index + cells.bytes.length,
    compressed_page_size: levels.index + packed.length,
    data_page_header_v2: {
      ...counts,
      encoding: 'PLAIN',
      definition_levels_byte_length: levels.index,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  })
  const head = writer.index + levels.index
  writer.appendBytes(levels.getBytes())
  writer.appendBytes(packed)
  const uncompressed = head + cells.bytes.length
  return {
    ...{ bytes: writer.getBytes(), values: rows.length, nulls, uncompressed },
    range: cells.range,
  }
}

/** Each text behind its length. */
function texts(rows: readonly TextRow[], { index }: OutputColumn): Cells {
  let most = 0
  for (const row of rows) most += 4 + 3 * (row[index]?.length ?? 0)
  const bytes = room(most)
  let end = 0
  for (const row of rows) {
    const text = row[index] ?? null
    if (text === null) continue
    const length = bytes.write(text, end + 4)
    bytes.writeUInt32LE(length, end)
    end += 4 + length
  }
  return { bytes: bytes.subarray(0, end), range: null }
}

function integers(rows: readonly TextRow[], { index, column }: OutputColumn): Cells {
  const bytes = room(8 * rows.length)
  let [end, least, greatest] = [0, limit, -limit]
  for (const row of rows) {
    const text = row[index] ?? null
    if (text === null) continue
    const value = integer(text, column)
    end = bytes.writeBigInt64LE(value, end)
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  return { bytes: bytes.subarray(0, end), range: end === 0 ? null : { least, greatest } }
}

function integer(text: string, column: string): bigint {
  const value = /^-?\d+$/.test(text) ? BigInt(text) : limit
  if (value >= -limit && value < limit) return value
  throw new AppError('data_mismatch', `${column} is '${text}', no whole number of 64 bits`, {
    hint: 'The database says that the column holds integers. Every other format takes this value.',
  })
}

function room(size: number): Buffer {
  return size > cellRoom.length ? Buffer.allocUnsafe(size) : cellRoom
}
