import type { TextRow } from '../databases.js'
import type { Encoder, EncoderOptions } from './formats.js'

/** The character behind each name of `csv.delimiter`; the names need no quotes in any shell. */
export const delimiters = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const

/** The text behind each name of `csv.line_ending`. */
export const lineEndings = { lf: '\n', crlf: '\r\n' } as const

const byteOrderMark = '\uFEFF'

/** A character that a spreadsheet takes for the beginning of a formula, in its narrow and its wide form. */
const formula = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/
const negativeInteger = /^-\d+$/
const spaceAround = /^\s|\s$/

/** Whether a cell that begins or ends with a character of the ASCII set needs a closer look. */
const plainEdge = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\s=+\-@]/.test(String.fromCharCode(code)) ? 0 : 1,
)

/**
 * RFC 4180 with a header row: the bytes are those of csv-stringify with these options (a test compares them), written
 * several times faster. Cells with a delimiter, quote or line break, or with white space around, are quoted; NULL and
 * the empty text are both an empty cell. A cell that a spreadsheet would run as a formula gets a leading apostrophe;
 * negative integers do not.
 */
export function openCsv({ columns, csv, state }: EncoderOptions): Promise<Encoder> {
  const indexes = columns.map(({ index }) => index)
  const encode = csvEncoder(csv, indexes)
  const names = encodeHeader(
    csv,
    columns.map(({ name }) => name),
  )
  const head = (csv.bom ? byteOrderMark : '') + names
  let isFirst = state === undefined
  const take = (): string => {
    const before = isFirst ? head : ''
    isFirst = false
    return before
  }
  return Promise.resolve({
    block: (rows) => Buffer.from(take() + encode(rows)),
    end: () => Buffer.from(take()),
    state: () => null,
  })
}

function encodeHeader(csv: EncoderOptions['csv'], names: readonly string[]): string {
  return csvEncoder(csv, [...names.keys()])([names])
}

/** The lines of rows, of each the cells at `indexes`. */
function csvEncoder(
  csv: EncoderOptions['csv'],
  indexes: readonly number[],
): (rows: readonly TextRow[]) => string {
  const delimiter = delimiters[csv.delimiter]
  const ending = lineEndings[csv.line_ending]
  const neutralizes = csv.formulas === 'neutralize'
  // A line of one empty cell would be an empty line, which readers skip.
  const empty = indexes.length === 1 ? '""' : ''
  const [first, ...others] = indexes

  function cell(value: string | null | undefined): string {
    if (value === null || value === undefined || value === '') return empty
    const isPlain =
      plainEdge[value.charCodeAt(0)] === 1 &&
      plainEdge[value.charCodeAt(value.length - 1)] === 1 &&
      !value.includes(delimiter) &&
      !value.includes('"') &&
      !value.includes('\n') &&
      !value.includes('\r')
    return isPlain ? value : guarded(value)
  }

  function guarded(value: string): string {
    const isQuoted =
      value.includes(delimiter) ||
      value.includes('"') ||
      value.includes('\n') ||
      value.includes('\r') ||
      spaceAround.test(value)
    const isFormula = neutralizes && formula.test(value) && !negativeInteger.test(value)
    const text = isFormula ? `'${value}` : value
    return isQuoted ? `"${text.replaceAll('"', '""')}"` : text
  }

  return (rows) => {
    let lines = ''
    for (const row of rows) {
      let line = cell(row[first ?? 0])
      for (const index of others) line += delimiter + cell(row[index])
      lines += line + ending
    }
    return lines
  }
}
