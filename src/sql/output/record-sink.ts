import { AppError } from '../../core/errors.js'
import type { Encoder } from './formats.js'
import type { Sink } from './sink.js'

/** More would make one JSON document that few programs can read. */
const mostRows = 10_000

/** Collects records for the JSON document of a command that names no output; only for small catalogs. */
export function openRecordSink(encoder: Encoder, nested: boolean): Sink {
  const pieces: Uint8Array[] = []
  return {
    start: null,
    write({ rows, endsProduct, counts }) {
      if (counts.rows > mostRows) {
        throw new AppError('usage', `More than ${mostRows} rows do not go into one JSON document`, {
          hint: 'Name a file with output=FILE; --json then prints the summary.',
        })
      }
      pieces.push(encoder.block(rows, endsProduct))
      return Promise.resolve(true)
    },
    finish() {
      const text = Buffer.concat([...pieces, encoder.end()]).toString('utf8')
      const lines = text.split('\n').slice(0, -1)
      const records = nested
        ? (JSON.parse(text) as unknown[])
        : lines.map((line) => JSON.parse(line) as unknown)
      return Promise.resolve({ bytes: null, sha256: null, records })
    },
    leave: () => Promise.resolve(null),
  }
}
