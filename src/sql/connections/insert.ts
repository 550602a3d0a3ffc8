import type { DialectName, TextRow } from '../databases.js'
import { quoteName } from './quote.js'

type Batches = AsyncIterable<readonly TextRow[]> | Iterable<readonly TextRow[]>

/** An INSERT of one or more rows with a placeholder for every cell. */
export function insertStatement(
  dialect: DialectName,
  table: string,
  columns: readonly string[],
  rows = 1,
): string {
  const names = columns.map((name) => quoteName(dialect, name)).join(', ')
  const cells = `(${columns.map(() => '?').join(', ')})`
  const values = Array.from({ length: rows }, () => cells).join(', ')
  return `insert into ${quoteName(dialect, table)} (${names}) values ${values}`
}

/** Hands the batches of a load over one after the other; gives the count of their rows. */
export async function eachBatch(
  batches: Batches,
  write: (rows: readonly TextRow[]) => void | Promise<void>,
): Promise<number> {
  let count = 0
  for await (const rows of batches) {
    await write(rows)
    count += rows.length
  }
  return count
}
