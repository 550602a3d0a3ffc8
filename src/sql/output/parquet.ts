import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { AppError } from '../../core/errors.js'
import type { TextRow } from '../databases.js'
import type { Encoder, EncoderOptions, OutputColumn } from './formats.js'

/** What has to be known of the row groups that are written, to write the end of the file. */
interface WrittenGroups {
  readonly groups: ParquetWriter['row_groups']
  readonly rows: bigint
  readonly offset: number
}

const range = 2n ** 63n

/**
 * A row group for each block, compressed with Snappy; every column may hold NULL. Columns of whole numbers are INT64,
 * all others are texts.
 */
export function openParquet({ columns, state }: EncoderOptions): Promise<Encoder> {
  const writer = new ByteWriter()
  const parquet = new ParquetWriter({
    writer,
    schema: [
      { name: 'catalog', num_children: columns.length },
      ...columns.map(({ name, integer }) => ({
        name,
        repetition_type: 'OPTIONAL' as const,
        ...(integer
          ? { type: 'INT64' as const }
          : { type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const }),
      })),
    ],
    createdBy: 'atelier',
  })
  if (state !== undefined) {
    const written = state as WrittenGroups
    parquet.row_groups = [...written.groups]
    parquet.num_rows = written.rows
    writer.index = 0
    writer.offset = written.offset
  }
  const take = (): Uint8Array => {
    const bytes = writer.getBytes().slice()
    writer.index = 0
    return bytes
  }
  return Promise.resolve({
    block(rows) {
      const columnData = columns.map((column) => ({
        name: column.name,
        data: column.integer ? integers(rows, column) : texts(rows, column),
        offsetIndex: false,
      }))
      void parquet.write({ columnData, rowGroupSize: rows.length })
      parquet.pendingIndexes.length = 0
      return take()
    },
    end() {
      void parquet.finish()
      return take()
    },
    state: () => ({
      groups: [...parquet.row_groups],
      rows: parquet.num_rows,
      offset: writer.offset,
    }),
  })
}

function texts(rows: readonly TextRow[], { index }: OutputColumn): (string | null)[] {
  return rows.map((row) => row[index] ?? null)
}

function integers(rows: readonly TextRow[], { index, column }: OutputColumn): (bigint | null)[] {
  return rows.map((row) => {
    const text = row[index] ?? null
    if (text === null) return null
    const value = /^-?\d+$/.test(text) ? BigInt(text) : range
    if (value >= -range && value < range) return value
    throw new AppError('data_mismatch', `${column} is '${text}', no whole number of 64 bits`, {
      hint: 'The database says that the column holds integers. Every other format takes this value.',
    })
  })
}
