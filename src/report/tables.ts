import { stringify } from 'csv-stringify/sync'
import { formatTable } from '../core/terminal.js'
import type { ClassificationReport } from '../metrics/classification.js'

export type CsvCell = string | number | bigint | boolean | null

/**
 * A table as CSV (RFC 4180, line feeds, a header row): null is an empty cell, and text that a spreadsheet would run as a
 * formula gets a leading apostrophe.
 */
export function toCsv(header: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  return toCsvLines([header, ...rows])
}

/** Rows of a CSV file written in pieces; the first of all is the header. */
export function toCsvLines(rows: readonly (readonly CsvCell[])[]): string {
  return stringify(rows as CsvCell[][], { escape_formulas: true, cast: { boolean: String } })
}

/** Precision, recall and F1 by class with both averages, for a terminal. */
export function formatClassTable(report: ClassificationReport): string {
  const figures = ['precision', 'recall', 'f1', 'specificity', 'npv'].map((name) =>
    name.padStart(figureWidth),
  )
  const aligned = (values: readonly (number | null)[]) =>
    figures.map((name, index) => formatFigure(values[index] ?? null).padStart(name.length))
  const classes = report.classes.map((one) => [
    one.name,
    ...aligned([one.precision, one.recall, one.f1, one.specificity, one.npv]),
    one.support,
  ])
  const averages = (['macro', 'weighted'] as const).map((kind) => {
    const { precision, recall, f1 } = report[kind]
    return [`${kind} average`, ...aligned([precision, recall, f1]), report.count]
  })
  return formatTable(['class', ...figures, 'images'], [...classes, ...averages])
}

const figureWidth = '0.0000'.length

function formatFigure(value: number | null): string {
  return value === null ? '-' : value.toFixed(4)
}
