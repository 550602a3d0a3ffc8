import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'
import { csvRows } from './csv-rows.js'
import { numberedClasses } from './label-numbers.js'

/** How labels are written in a CSV file. */
export interface LabelColumn {
  readonly path: string
  readonly separator: string
  /** Its header; null: the only column, or the one named label. */
  readonly column: string | null
  /** The header of the column that says which images belong together; null: none does. */
  readonly groups: string | null
}

/** What a table says of each image, one text for each data row. */
export interface LabelTexts {
  readonly texts: readonly string[]
  /** null where no column says which images belong together. */
  readonly groups: readonly string[] | null
}

/** The texts of a label column, and of the column of groups. */
export async function labelTexts(wanted: LabelColumn): Promise<LabelTexts> {
  const { path, separator } = wanted
  const texts: string[] = []
  const groups: string[] = []
  let position = -1
  let groupPosition: number | null = null
  let columns = 0
  for await (const { cells, line } of csvRows(path, separator)) {
    if (position === -1) {
      groupPosition = groupPositionOf(cells, wanted.groups, path)
      position = positionOf(cells, wanted, path)
      columns = cells.length
      continue
    }
    const text = cells[position]?.trim() ?? ''
    if (cells.length !== columns) {
      throw new AppError(
        'data_corrupt',
        `${path}:${line} has ${cells.length} cells, its header ${columns}`,
        { hint: 'Each row has as many cells as the header.' },
      )
    }
    if (text === '') throw new AppError('data_corrupt', `${path}:${line} has no label`)
    texts.push(text)
    if (groupPosition !== null) groups.push(groupText(cells, groupPosition, `${path}:${line}`))
  }
  if (texts.length === 0) throw new AppError('data_corrupt', `${path} has no rows below its header`)
  return { texts, groups: groupPosition === null ? null : groups }
}

/** Where the column of groups is, if one is asked for; `data_mismatch` where it is not there. */
export function groupPositionOf(
  header: readonly string[],
  column: string | null,
  path: string,
): number | null {
  if (column === null) return null
  const names = header.map((name) => name.trim())
  const position = names.indexOf(column)
  if (position !== -1) return position
  throw new AppError('data_mismatch', `${path} has no column '${column}'`, {
    hint: `Its columns: ${names.slice(0, 20).join(', ')}. Set data.group_column, or data.separator.`,
    suggestions: nearest(column, names),
  })
}

/** The group of a row; an empty cell is `data_corrupt`. */
export function groupText(cells: readonly string[], position: number, place: string): string {
  const text = (cells[position] as string).trim()
  if (text !== '') return text
  throw new AppError('data_corrupt', `${place} has no group`, {
    hint: 'The cell of data.group_column is empty.',
  })
}

/**
 * Labels as class numbers. Whole numbers count from `base`, up to the number of names if there are names; without names
 * each number up to the largest must occur. Other texts are classes by name, in the order of `names` or else sorted.
 * What fits neither is `data_corrupt` and told with its row.
 */
export function classNumbers(
  texts: readonly string[],
  base: number,
  names: readonly string[] | null,
  path: string,
): { labels: Int32Array; classes: readonly string[] } {
  if (texts.every((text) => /^[+-]?\d+(?:\.0+)?$/.test(text))) {
    return numberedClasses(texts.map(Number), base, names, path)
  }
  const classes = names ?? [...new Set(texts)].sort()
  const numbers = new Map(classes.map((name, number) => [name, number]))
  const labels = Int32Array.from(texts, (text, row) => {
    const number = numbers.get(text)
    if (number !== undefined) return number
    throw new AppError('data_corrupt', `${path}: row ${row + 1} has the unknown label '${text}'`, {
      suggestions: nearest(text, classes),
    })
  })
  return { labels, classes }
}

function positionOf(
  header: readonly string[],
  { column, groups }: LabelColumn,
  path: string,
): number {
  const others = header.map((name) => name.trim()).filter((name) => name !== groups)
  const wanted = column ?? (others.length === 1 ? (others[0] as string) : 'label')
  if (column === null && header.length === 1 && /[;\t|,]/.test(wanted)) {
    throw new AppError('data_mismatch', `${path} has one column, called '${wanted}'`, {
      hint: `It looks like several: set data.separator, on a command line for example 'data.separator=";"'.`,
    })
  }
  const position = header.findIndex((name) => name.trim() === wanted)
  if (position !== -1) return position
  throw new AppError('data_mismatch', `${path} has no column '${wanted}'`, {
    hint: `Its columns: ${header.join(', ')}. Set data.label_column, or data.separator.`,
    suggestions: nearest(wanted, header),
  })
}
