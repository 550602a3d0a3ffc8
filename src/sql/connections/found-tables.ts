import type { FoundTable, TextRow } from '../databases.js'

/**
 * Tables put together from rows of a database's own catalog, in order. A row of `columns` is table, kind, column, type
 * and whether it holds whole numbers; a row of `indexes` is table, index, column and whether it is unique, the column
 * null for an expression. Yes is any text, no is null.
 */
export function collectTables(
  columns: readonly TextRow[],
  indexes: readonly TextRow[],
): ReadonlyMap<string, FoundTable> {
  const parts = new Map<string, readonly TextRow[]>()
  for (const row of indexes) {
    const key = JSON.stringify(row.slice(0, 2))
    parts.set(key, [...(parts.get(key) ?? []), row])
  }
  const found = [...parts.values()].map((rows) => ({
    table: rows[0]?.[0],
    columns: leading(rows.map(([, , column]) => column ?? null)),
    unique: rows[0]?.[3] !== null,
  }))
  const groups = new Map<string, TextRow[]>()
  for (const row of columns) {
    const name = row[0] ?? ''
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  return new Map(
    [...groups].map(([name, rows]) => [
      name,
      {
        name,
        kind: rows[0]?.[1] === 'table' ? 'table' : 'view',
        columns: rows.map(([, , column, type, integer]) => ({
          name: column ?? '',
          type: type ?? '',
          integer: integer !== null,
        })),
        indexes: found
          .filter(({ table }) => table === name)
          .map(({ columns: names, unique }) => ({ columns: names, unique })),
      },
    ]),
  )
}

/** The columns before the first expression: only they serve to look something up. */
function leading(columns: readonly (string | null)[]): string[] {
  const end = columns.indexOf(null)
  return (end === -1 ? columns : columns.slice(0, end)).filter((column) => column !== null)
}
