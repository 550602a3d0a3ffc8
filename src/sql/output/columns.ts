import { AppError } from '../../core/errors.js'
import type { SqlExportConfig } from '../../spec/types.gen.js'
import type { CatalogColumn } from '../catalog/query.js'
import type { FormatName } from './formats.js'

/** Every column there is, in the order in which an output shows them; nested JSON is made of all. */
const catalogColumns = [
  ...(['product_id', 'title', 'image_id', 'image_url'] as const),
  ...(['description_id', 'country', 'type', 'description'] as const),
] satisfies CatalogColumn[]

/** A column of an output and its name there. */
export interface NamedColumn {
  readonly column: CatalogColumn
  readonly name: string
}

/** Looked at whatever is exported: the summary counts by them, and an export goes on by the identifier. */
const counted = ['product_id', 'image_id', 'image_url', 'description'] as const

/** The columns of an output; `auto` shows a column under its own name where the reading gives it a meaning. */
export function outputColumns(
  config: Pick<SqlExportConfig, 'columns' | 'reading'>,
  format: FormatName,
): readonly NamedColumn[] {
  if (format === 'json') return catalogColumns.map((column) => ({ column, name: column }))
  const shown = catalogColumns.flatMap((column) => {
    const name = nameOf(column, config)
    return name === null ? [] : [{ column, name }]
  })
  if (shown.length === 0) {
    throw new AppError('config_conflict', 'Every column is null: nothing would be exported', {
      hint: 'Give one a name, as in columns.title=title.',
    })
  }
  refuseTwins(shown, format)
  return shown
}

function nameOf(
  column: CatalogColumn,
  { columns, reading }: Pick<SqlExportConfig, 'columns' | 'reading'>,
): string | null {
  const name = columns[column]
  if (name !== 'auto') return name
  return reading === 'any_translation' ? column : null
}

/** SQLite compares names without case. */
function refuseTwins(shown: readonly NamedColumn[], format: FormatName): void {
  const seen = new Map<string, NamedColumn>()
  for (const entry of shown) {
    const name = format === 'sqlite' ? entry.name.toLowerCase() : entry.name
    const twin = seen.get(name)
    if (twin !== undefined) {
      throw new AppError(
        'config_conflict',
        `columns.${twin.column} and columns.${entry.column} have the same name '${entry.name}'`,
      )
    }
    seen.set(name, entry)
  }
}

/** What the query has to give: the columns shown and those that are counted. */
export function neededColumns(shown: readonly NamedColumn[]): readonly CatalogColumn[] {
  const needed = new Set<CatalogColumn>([...counted, ...shown.map(({ column }) => column)])
  return catalogColumns.filter((column) => needed.has(column))
}
