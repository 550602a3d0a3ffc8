import type { TextRow } from '../databases.js'
import type { TableDefinition } from '../tables.js'

/** The rows of one run or sweep by table; the first table has one row, which names the others' key. */
export type StoredRows<Tables extends string = string> = Readonly<
  Record<Tables, readonly TextRow[]>
>

/** A record of named values as a row of a table; what is left out is NULL. */
export function toRow(table: TableDefinition, values: Readonly<Record<string, unknown>>): TextRow {
  return table.columns.map(({ name }) => toCell(values[name]))
}

/** As text that every database takes: no NUL, no half of a surrogate pair, no number that is none. */
function toCell(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null
  if (typeof value === 'string') return value.replaceAll('\0', '').replace(/\p{Cs}/gu, '\ufffd')
  return toCell(JSON.stringify(value))
}
