import type { TextRow } from '../databases.js'

/** A row of a driver as text, in place: numbers and bigints as their digits, bytes as `\\x` and hex digits. */
export function asTextRow(row: unknown[]): TextRow {
  for (let index = 0; index < row.length; index++) {
    const value = row[index]
    if (typeof value !== 'string' && value !== null) row[index] = cellText(value as Cell)
  }
  return row as (string | null)[]
}

type Cell = number | bigint | Uint8Array

function cellText(value: Cell): string {
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value.toString()
}
