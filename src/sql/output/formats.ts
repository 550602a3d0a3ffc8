import type { SqlExportConfig } from '../../spec/types.gen.js'
import type { CatalogColumn } from '../catalog/query.js'
import type { TextRow } from '../databases.js'

/** One column of an output: where its cells stand in a row of the query, and its name. */
export interface OutputColumn {
  readonly column: CatalogColumn
  readonly name: string
  readonly index: number
  /** Whether the database keeps nothing but whole numbers there. */
  readonly integer: boolean
}

/** What an encoder works with. */
export interface EncoderOptions {
  readonly columns: readonly OutputColumn[]
  readonly csv: SqlExportConfig['csv']
  /** What `state()` gave after the last block of the part that is there already; undefined at the beginning. */
  readonly state: unknown
}

/**
 * Turns blocks of rows into bytes. The bytes of a block depend on nothing but its rows and the state, so that an export
 * that goes on after an interruption ends with the same bytes.
 */
export interface Encoder {
  /** A block ends a product or is cut inside one; the first of a file also gives what stands before the rows. */
  block(rows: readonly TextRow[], endsProduct: boolean): Uint8Array
  /** What stands after the last row. */
  end(): Uint8Array
  /** Plain data to go on from after a block that ended a product; undefined: only a later block can be gone on from. */
  state(): unknown
}

interface BytesFormat {
  readonly kind: 'bytes'
  readonly extensions: readonly string[]
  /** Rows of a block, before the end of its last product. */
  readonly blockRows: number
  readonly text: boolean
  open(options: EncoderOptions): Promise<Encoder>
}

interface FileFormat {
  readonly kind: 'sqlite'
  readonly extensions: readonly string[]
  readonly blockRows: number
}

export type Format = BytesFormat | FileFormat

const textBlock = 2048

export const formats = {
  csv: {
    ...{ kind: 'bytes', extensions: ['.csv', '.txt'], blockRows: textBlock, text: true },
    open: async (options) => (await import('./csv.js')).openCsv(options),
  },
  ndjson: {
    ...{ kind: 'bytes', extensions: ['.ndjson', '.jsonl'], blockRows: textBlock, text: true },
    open: async (options) => (await import('./ndjson.js')).openNdjson(options),
  },
  json: {
    ...{ kind: 'bytes', extensions: ['.json'], blockRows: textBlock, text: true },
    open: async (options) => (await import('./json.js')).openJson(options),
  },
  parquet: {
    ...{ kind: 'bytes', extensions: ['.parquet'], blockRows: textBlock, text: false },
    open: async (options) => (await import('./parquet.js')).openParquet(options),
  },
  sqlite: { kind: 'sqlite', extensions: ['.db', '.sqlite', '.sqlite3'], blockRows: textBlock },
} satisfies Record<string, Format>

export type FormatName = keyof typeof formats
