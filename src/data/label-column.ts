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
}

/** The texts of a label column, one for each data row. */
export async function labelTexts({ path, separator, column }: LabelColumn): Promise<string[]> {
  const texts: string[] = []
  let position = -1
  let columns = 0
  for await (const { cells, line } of csvRows(path, separator)) {
    if (position === -1) {
      position = positionOf(cells, column, path)
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
  }
  if (texts.length === 0) throw new AppError('data_corrupt', `${path} has no rows below its header`)
  return texts
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

function positionOf(header: readonly string[], column: string | null, path: string): number {
  const wanted = column ?? (header.length === 1 ? (header[0] as string) : 'label')
  const position = header.findIndex((name) => name.trim() === wanted)
  if (position !== -1) return position
  throw new AppError('data_mismatch', `${path} has no column '${wanted}'`, {
    hint: `Its columns: ${header.join(', ')}. Set data.label_column, or data.separator.`,
    suggestions: nearest(wanted, header),
  })
}
