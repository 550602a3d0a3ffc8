import { createReadStream } from 'node:fs'
import { parse, type CsvError } from 'csv-parse'
import { AppError, systemCode } from '../core/errors.js'
import { unreadable } from './unreadable.js'

/** One row: its cells in the file's order, and the line it begins at, counted from 1. */
export interface CsvRow {
  readonly cells: readonly string[]
  readonly line: number
}

/** Reads a CSV file row by row, header included; a byte order mark is dropped. A malformed one is `data_corrupt`. */
export async function* csvRows(path: string, separator: string): AsyncGenerator<CsvRow, void> {
  const parser = createReadStream(path)
    .on('error', (error) => parser.destroy(error))
    .pipe(
      parse({
        delimiter: separator,
        bom: true,
        info: true,
        skip_empty_lines: true,
        relax_column_count: true,
      }),
    )
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      yield { cells: record, line: info.lines }
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    const code = systemCode(error)
    if (code.startsWith('CSV_')) {
      throw new AppError(
        'data_corrupt',
        `${path} is not a sound CSV file: ${(error as CsvError).message}`,
        {
          cause: error,
        },
      )
    }
    throw unreadable(path, error)
  }
}
