import type { Connection } from 'mysql2'
import type { TextRow } from '../databases.js'
import { fillPlaceholders } from './quote.js'
import { asTextRow } from './text-row.js'

const batchRows = 1000

/** The rows of a running query, collected in batches; the connection pauses whenever one is full. */
export interface RowReading {
  /** The next batch, empty at the end or when woken up early. */
  next(isStopped: () => boolean): Promise<readonly TextRow[]>
  wake(): void
  /** From now on rows are thrown away. */
  discard(): void
  isOver(): boolean
  failure(): unknown
  /** Settles when the query has ended, in whatever way. */
  readonly end: Promise<void>
}

/** Starts a query whose rows are read as fast as they are taken. */
export function readRows(
  driver: Connection,
  sql: string,
  parameters: readonly unknown[],
): RowReading {
  let rows: TextRow[] = []
  let isDiscarding = false
  let isOver = false
  let failure: unknown
  let wake = () => {}
  const filled = fillPlaceholders(sql, parameters, (value) => driver.escape(value))
  const query = driver.query({ sql: filled, rowsAsArray: true })
  query.on('result', (row: unknown) => {
    if (isDiscarding || !Array.isArray(row)) return
    if (rows.push(asTextRow(row)) < batchRows) return
    driver.pause()
    wake()
  })
  const end = new Promise<void>((resolve) => {
    const finish = (error?: unknown) => {
      failure ??= error
      isOver = true
      driver.off('error', finish)
      wake()
      resolve()
    }
    query.on('error', finish)
    query.on('end', () => finish())
    // A lost connection is told there alone.
    driver.on('error', finish)
  })
  return {
    async next(isStopped) {
      while (rows.length < batchRows && !isOver && !isStopped()) {
        await new Promise<void>((resolve) => (wake = resolve))
      }
      const batch = rows
      rows = []
      return batch
    },
    wake: () => wake(),
    discard: () => (isDiscarding = true),
    isOver: () => isOver,
    failure: () => failure,
    end,
  }
}
