import { AppError } from '../../core/errors.js'
import type { SqlExportConfig } from '../../spec/types.gen.js'
import type { Clock } from '../../store/records.js'
import { formats, type OutputColumn } from './formats.js'
import { openFileSink } from './file-sink.js'
import type { Identity } from './journal.js'
import { openRecordSink } from './record-sink.js'
import type { Sink } from './sink.js'
import { openStdoutSink, type WriteOut } from './stdout-sink.js'
import type { Target } from './target.js'
import { UnfinishedFile } from './unfinished.js'

/** What opening an output needs to know. */
export interface SinkOptions {
  readonly columns: readonly OutputColumn[]
  readonly csv: SqlExportConfig['csv']
  readonly identity: Identity
  readonly resume: boolean
  /** Whether the export could go on by the identifiers of its products. */
  readonly resumable: boolean
  readonly clock: Clock
  /** What takes the bytes of standard output; null: the records are collected instead. */
  readonly stdout: { readonly write: WriteOut; readonly isTerminal: boolean } | null
}

/** Opens what an export writes to. */
export async function openSink(target: Target, options: SinkOptions): Promise<Sink> {
  if (target.path === null) return openStandardOutput(target, options)
  const { identity, resume, resumable, clock, columns } = options
  const file = await UnfinishedFile.open(target.path, identity, { resume, resumable, clock })
  try {
    const format = formats[target.format]
    if (format.kind === 'sqlite') {
      const { openSqliteSink } = await import('./sqlite-sink.js')
      return openSqliteSink(file, columns)
    }
    const openEncoder = (state: unknown) => format.open({ ...options, state })
    return await openFileSink(file, { compression: target.compression, clock, openEncoder })
  } catch (error) {
    await file.leave()
    throw error
  }
}

async function openStandardOutput(
  { format: name, compression }: Target,
  { columns, csv, resume, stdout }: SinkOptions,
): Promise<Sink> {
  if (resume) {
    throw new AppError('usage', '--resume goes on with a file, and standard output is none', {
      hint: 'Name a file: output=FILE.',
    })
  }
  const isText = name !== 'parquet' && name !== 'sqlite'
  if (stdout === null) {
    if (!isText || compression !== 'none') {
      throw new AppError('usage', `--json has no room for ${name} or compressed bytes`, {
        hint: 'Name a file with output=FILE; --json then prints the summary.',
      })
    }
    const format = name === 'csv' ? formats.ndjson : formats[name]
    return openRecordSink(await format.open({ columns, csv, state: undefined }), name === 'json')
  }
  const format = formats[name]
  if (format.kind === 'sqlite') throw new Error('an SQLite database is a file')
  if (stdout.isTerminal && (!isText || compression !== 'none')) {
    throw new AppError(
      'usage',
      `${compression === 'none' ? name : compression} is not for a terminal`,
      {
        hint: 'Name a file with output=FILE, or redirect standard output.',
      },
    )
  }
  const encoder = await format.open({ columns, csv, state: undefined })
  return openStdoutSink(stdout.write, compression, encoder)
}
