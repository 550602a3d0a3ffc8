import { AppError } from '../core/errors.js'
import type { Progress } from '../core/terminal.js'
import { atelierVersion } from '../spec/environment.js'
import type { SqlExportConfig } from '../spec/types.gen.js'
import type { Clock } from '../store/records.js'
import { productCount } from './catalog/count.js'
import { catalogQuery, type CatalogColumn } from './catalog/query.js'
import { findCatalog, type FoundCatalog } from './catalog/schema.js'
import { openDatabase, type Database, type Query } from './databases.js'
import { cutBlocks, type Block } from './output/blocks.js'
import { neededColumns, outputColumns, type NamedColumn } from './output/columns.js'
import { compressions } from './output/compression.js'
import { noCounts, type Counts } from './output/counts.js'
import { formats } from './output/formats.js'
import type { Identity } from './output/journal.js'
import type { Sink, Written } from './output/sink.js'
import { openSink } from './output/sinks.js'
import type { WriteOut } from './output/stdout-sink.js'
import { planTarget, refuseSource, type Target } from './output/target.js'

/** What an export uses of the world around it. */
export interface ExportContext {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly progress: Progress
  /** Whether somebody sees the progress: only then are the products counted beforehand. */
  readonly isWatched: boolean
  readonly signal?: AbortSignal
  /** Goes on with an unfinished output. */
  readonly resume: boolean
  /** Takes the bytes of standard output; null: the result carries the records instead. */
  readonly stdout: { readonly write: WriteOut; readonly isTerminal: boolean } | null
}

/** What an export did: from where, how much, and where to. */
export interface ExportResult extends Counts {
  readonly database: string
  readonly dialect: Database['dialect']
  readonly query: Query
  /** Changes when a table or column of the catalog changes its name or type. */
  readonly schema_fingerprint: string
  readonly format: Target['format']
  readonly compression: Target['compression']
  /** The file written; null is standard output. */
  readonly output: string | null
  /** False where the reader of standard output left before the end. */
  readonly complete: boolean
  /** How many of the rows were there already when the export went on. */
  readonly resumed_rows: number
  readonly bytes: number | null
  /** Of the bytes written, compressed where they are. */
  readonly sha256: string | null
  readonly seconds: number
  /** The exported records themselves, if they were written nowhere. */
  readonly records: readonly unknown[] | null
}

/**
 * Exports the product catalog. A file appears whole or not at all; what is left behind by a failure can be gone on from.
 * Throws the `database_…` codes, `output_unwritable`, `disk_full` and `interrupted`.
 */
export async function exportCatalog(
  config: SqlExportConfig,
  context: ExportContext,
): Promise<ExportResult> {
  const started = context.clock()
  const target = planTarget(config, context.cwd)
  const shown = outputColumns(config, target.format)
  const columns = neededColumns(shown)
  const database = await openDatabase(config.database, context)
  try {
    refuseSource(target, database)
    const tables = await database.tables(config.schema.namespace)
    const catalog = findCatalog(tables, config.schema, database.name)
    const settings = { ...config, schema: catalog.schema }
    const resumable = keepsOrder(catalog, database.dialect)
    if (context.resume && !resumable) throw unordered(catalog)
    const query = catalogQuery(database.dialect, settings, { columns })
    const sink = await openSink(target, {
      ...{ csv: config.csv, clock: context.clock, stdout: context.stdout },
      ...{ resume: context.resume, resumable },
      columns: placed(shown, columns, catalog),
      identity: await identify(config, target, { database, query, catalog, shown }),
    })
    const after = sink.start?.key ?? null
    const rest = catalogQuery(database.dialect, settings, { columns, after })
    const total = context.isWatched ? await count(database, catalog, after) : 0
    const reading = { query: rest, columns, blockRows: formats[target.format].blockRows, total }
    const { counts, written, complete } = await copy(database, sink, reading, context)
    return {
      ...{ database: database.name, dialect: database.dialect, query },
      schema_fingerprint: catalog.fingerprint,
      ...{ format: target.format, compression: target.compression, output: target.path },
      complete,
      ...counts,
      resumed_rows: sink.start?.counts.rows ?? 0,
      ...{ bytes: written.bytes, sha256: written.sha256 },
      seconds: (context.clock() - started) / 1000,
      records: written.records,
    }
  } finally {
    await database.close()
  }
}

/** Whether an identifier that became text still compares as it did: SQLite's columns without a type keep any type. */
function keepsOrder({ schema, tables }: FoundCatalog, dialect: Database['dialect']): boolean {
  const found = tables.product.columns.find(({ name }) => name === schema.product.id)
  return dialect !== 'sqlite' || !/^$|blob/i.test(found?.type ?? '')
}

function unordered({ schema: { product } }: FoundCatalog): AppError {
  return new AppError('config_conflict', `${product.table}.${product.id} has no type to go on by`, {
    hint: 'Repeat the export without --resume.',
  })
}

/** How rows are read: which, and in blocks of which size. */
interface Reading {
  readonly query: Query
  readonly columns: readonly CatalogColumn[]
  readonly blockRows: number
  /** Products to come, for the progress; 0 if nobody watches. */
  readonly total: number
}

/** Moves all rows to the output. */
async function copy(
  database: Database,
  sink: Sink,
  { query, columns, blockRows, total }: Reading,
  { signal, progress, clock }: ExportContext,
): Promise<{ counts: Counts; written: Written; complete: boolean }> {
  const start = sink.start?.counts ?? noCounts
  let counts = start
  let complete = true
  const begun = clock()
  progress.start('exporting', total)
  try {
    const blocks = cutBlocks(database.stream(query, signal), blockRows, places(columns), start)
    for await (const block of blocks) {
      complete = await sink.write(block)
      if (!complete) break
      counts = block.counts
      progress.update(counts.products - start.products, rate(block, start, clock() - begun))
      if (signal?.aborted === true) throw new AppError('interrupted', 'Stopped')
    }
    if (signal?.aborted === true) throw new AppError('interrupted', 'Stopped')
    progress.stop()
    return { counts, written: await sink.finish(), complete }
  } catch (error) {
    progress.stop()
    const kept = await sink.leave()
    throw kept === null ? error : withRemedy(error, kept)
  }
}

/** Says how to go on after a failure that left an unfinished output. */
function withRemedy(error: unknown, rows: number): unknown {
  if (!(error instanceof AppError)) return error
  const { code, message, hint, suggestions, details, cause } = error
  const remedy = `The same command with --resume goes on after the ${rows} rows that are there.`
  const hints = hint === undefined ? remedy : `${hint} ${remedy}`
  return new AppError(code, message, { suggestions, details, cause, hint: hints })
}

function rate({ counts }: Block, start: Counts, milliseconds: number): string {
  const perSecond = ((counts.rows - start.rows) / Math.max(milliseconds, 1)) * 1000
  return `${Math.round(perSecond)} rows/s`
}

async function count(
  database: Database,
  { schema }: FoundCatalog,
  after: string | null,
): Promise<number> {
  for await (const rows of database.stream(productCount(database.dialect, schema, after))) {
    return Number(rows[0]?.[0] ?? 0)
  }
  return 0
}

function placed(
  shown: readonly NamedColumn[],
  columns: readonly CatalogColumn[],
  { integers }: FoundCatalog,
) {
  return shown.map((one) => ({
    ...one,
    index: columns.indexOf(one.column),
    integer: integers.has(one.column),
  }))
}

function places(columns: readonly CatalogColumn[]) {
  return {
    product_id: columns.indexOf('product_id'),
    image_id: columns.indexOf('image_id'),
    image_url: columns.indexOf('image_url'),
    description: columns.indexOf('description'),
  }
}

/** Everything the bytes of an output depend on besides the rows. */
async function identify(
  config: SqlExportConfig,
  { format, compression }: Target,
  {
    database,
    query,
    catalog,
    shown,
  }: { database: Database; query: Query; catalog: FoundCatalog; shown: readonly NamedColumn[] },
): Promise<Identity> {
  return {
    'version of atelier': await atelierVersion(),
    database: database.name,
    'schema of the database': catalog.fingerprint,
    query: JSON.stringify([query.sql, query.parameters]),
    format,
    compression: [compression, compressions[compression].maker ?? ''].join(' ').trim(),
    columns: JSON.stringify(shown),
    csv: JSON.stringify(config.csv),
  }
}
