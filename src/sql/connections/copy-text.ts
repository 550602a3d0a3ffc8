import type { TextRow } from '../databases.js'

const newline = 10

/**
 * Rows out of PostgreSQL's COPY text format: a row a line, cells between tabs, `\N` for NULL, a backslash before what
 * would be mistaken. Pieces may end anywhere; each call gives the rows that became complete.
 */
export function copyReader(): (piece: Buffer) => readonly TextRow[] {
  let waiting: Buffer[] = []
  return (piece) => {
    const end = piece.lastIndexOf(newline)
    if (end === -1) {
      waiting.push(piece)
      return []
    }
    const whole = piece.subarray(0, end)
    const text = waiting.length === 0 ? whole : Buffer.concat([...waiting, whole])
    waiting = end + 1 < piece.length ? [piece.subarray(end + 1)] : []
    return text.toString('utf8').split('\n').map(readLine)
  }
}

function readLine(line: string): TextRow {
  const cells: (string | null)[] = line.split('\t')
  if (!line.includes('\\')) return cells
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index]
    if (cell === '\\N') cells[index] = null
    else if (cell?.includes('\\') === true) cells[index] = unescape(cell)
  }
  return cells
}

const escapes: Readonly<Record<string, string>> = {
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
}

function unescape(cell: string): string {
  return cell.replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character)
}

/** A row as a line of the COPY text format. */
export function copyLine(row: TextRow): string {
  return `${row.map((cell) => (cell === null ? '\\N' : escape(cell))).join('\t')}\n`
}

function escape(cell: string): string {
  if (!/[\\\t\n\r]/.test(cell)) return cell
  return cell
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
}
