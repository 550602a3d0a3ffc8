import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { Encoder, EncoderOptions, OutputColumn } from './formats.js'
import { encodePage, type Page, type Range } from './parquet-page.js'

type RowGroup = ParquetWriter['row_groups'][number]
type Chunk = RowGroup['columns'][number]

/** What has to be known of the row groups that are written, to write the end of the file. */
interface WrittenGroups {
  readonly groups: readonly RowGroup[]
  readonly rows: bigint
  readonly offset: number
}

/** A row group is full with so many blocks or so many bytes. */
const groupBlocks = 16
const groupBytes = 8 * 1024 * 1024

/**
 * Row groups of some blocks. Every block is packed at once, a page for each column: only packed pages wait for the end of
 * their row group. Every column may hold NULL. Columns of whole numbers are INT64, all others are texts.
 */
export function openParquet({ columns, state }: EncoderOptions): Promise<Encoder> {
  const { groups, rows, offset } = (state ?? { groups: [], rows: 0n, offset: 0 }) as WrittenGroups
  const writer = new ByteWriter()
  const parquet = new ParquetWriter({ writer, schema: schemaOf(columns), createdBy: 'atelier' })
  parquet.row_groups = [...groups]
  parquet.num_rows = rows
  if (state !== undefined) {
    writer.index = 0
    writer.offset = offset
  }
  let waiting: Page[][] = []
  let waitingBytes = 0

  function writeGroup(): void {
    const start = writer.offset
    const chunks = columns.map((column, index) =>
      writeChunk(
        writer,
        column,
        waiting.map((pages) => pages[index] as Page),
      ),
    )
    const count = BigInt(sum(waiting.map(([page]) => (page as Page).values)))
    const uncompressed = chunks.map(({ meta_data }) => Number(meta_data?.total_uncompressed_size))
    parquet.num_rows += count
    parquet.row_groups.push({
      columns: chunks,
      total_byte_size: BigInt(sum(uncompressed)),
      num_rows: count,
      total_compressed_size: BigInt(writer.offset - start),
    })
    waiting = []
    waitingBytes = 0
  }

  const take = (): Uint8Array => {
    const bytes = writer.getBytes().slice()
    writer.index = 0
    return bytes
  }
  return Promise.resolve({
    block(rows) {
      const pages = columns.map((column) => encodePage(rows, column))
      waiting.push(pages)
      waitingBytes += sum(pages.map(({ bytes }) => bytes.length))
      if (waiting.length === groupBlocks || waitingBytes >= groupBytes) writeGroup()
      return take()
    },
    end() {
      if (waiting.length > 0) writeGroup()
      void parquet.finish()
      return take()
    },
    state: () =>
      waiting.length > 0
        ? undefined
        : { groups: [...parquet.row_groups], rows: parquet.num_rows, offset: writer.offset },
  })
}

function schemaOf(columns: readonly OutputColumn[]): ParquetWriter['schema'] {
  return [
    { name: 'catalog', num_children: columns.length },
    ...columns.map(({ name, integer }) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...(integer
        ? { type: 'INT64' as const }
        : { type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const }),
    })),
  ]
}

/** The pages of a column one after the other, and what the end of the file says about them. */
function writeChunk(writer: ByteWriter, column: OutputColumn, pages: readonly Page[]): Chunk {
  const start = writer.offset
  for (const { bytes } of pages) writer.appendBytes(bytes)
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: column.integer ? 'INT64' : 'BYTE_ARRAY',
      encodings: ['PLAIN'],
      path_in_schema: [column.name],
      codec: 'SNAPPY',
      num_values: BigInt(sum(pages.map(({ values }) => values))),
      total_uncompressed_size: BigInt(sum(pages.map(({ uncompressed }) => uncompressed))),
      total_compressed_size: BigInt(writer.offset - start),
      data_page_offset: BigInt(start),
      statistics: {
        null_count: BigInt(sum(pages.map(({ nulls }) => nulls))),
        ...bounds(pages.flatMap(({ range }) => range ?? [])),
      },
      encoding_stats: [{ page_type: 'DATA_PAGE_V2', encoding: 'PLAIN', count: pages.length }],
    },
  }
}

function bounds([first, ...others]: readonly Range[]): { min_value?: bigint; max_value?: bigint } {
  if (first === undefined) return {}
  let { least, greatest } = first
  for (const other of others) {
    if (other.least < least) least = other.least
    if (other.greatest > greatest) greatest = other.greatest
  }
  return { min_value: least, max_value: greatest }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
