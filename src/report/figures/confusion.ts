import type { TopLevelSpec } from 'vega-lite'
import { type ConfusionMatrix, countOf, mostConfusedPair, totals } from '../../metrics/confusion.js'
import { type Figure, renderFigure } from './figure.js'
import { textWidth } from './font.js'
import { colours, theme } from './theme.js'

interface Cell {
  readonly actual: string
  readonly predicted: string
  readonly count: number
  /** Share of the images of the actual class. */
  readonly share: number
}

/** What fits into a cell, by the number of classes; sizes in pixels. */
interface Layout {
  readonly cell: number
  readonly labelSize: number
  readonly countSize: number
  readonly shareSize: number
}

type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number]

/** Draws counts by actual (rows) and predicted class (columns), coloured by their share of the row; names are unique. */
export async function drawConfusion(
  matrix: ConfusionMatrix,
  names: readonly string[],
): Promise<Figure> {
  return renderFigure(confusionSpec(matrix, names))
}

function confusionSpec(matrix: ConfusionMatrix, names: readonly string[]): TopLevelSpec {
  const layout = chooseLayout(matrix, names)
  const side = layout.cell * names.length
  const scale = { domain: [...names], paddingInner: 0, paddingOuter: 0 }
  const axis = {
    labelFontSize: layout.labelSize,
    labelColor: colours.text,
    labelLimit: 220,
    maxExtent: 300,
    labelOverlap: layout.labelSize < layout.cell ? false : 'greedy',
    ticks: false,
    domain: false,
    labelPadding: 8,
  } as const
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: 'Images by actual and predicted class.',
    config: theme,
    title: { text: 'Confusion matrix', subtitle: describe(matrix, names) },
    width: side,
    height: side,
    data: { values: cellsOf(matrix, names) },
    view: { fill: colours.empty },
    encoding: {
      x: {
        field: 'predicted',
        type: 'ordinal',
        title: 'Predicted',
        scale,
        axis: { ...axis, ...columnLabels(layout, names) },
      },
      y: { field: 'actual', type: 'ordinal', title: 'Actual', scale, axis },
    },
    layer: [heat(layout), ...numbers(layout)],
  }
}

function chooseLayout(matrix: ConfusionMatrix, names: readonly string[]): Layout {
  const { size, counts } = matrix
  if (size > 30) {
    const cell = Math.max(2, Math.floor(960 / size))
    return { cell, labelSize: Math.max(7, Math.min(10, cell - 2)), countSize: 0, shareSize: 0 }
  }
  const [least, countSize, shareSize] = size > 12 ? [32, 10, 0] : [60, 13, 10]
  const number = textWidth(formatCount(Math.max(...counts)), countSize)
  const name = size > 6 ? 0 : Math.min(100, widestName(names, 11))
  const cell = Math.max(least, Math.ceil(Math.max(number, name)) + 12)
  return { cell, labelSize: 11, countSize, shareSize }
}

function cellsOf(matrix: ConfusionMatrix, names: readonly string[]): Cell[] {
  const { actual: sums } = totals(matrix)
  return names.flatMap((actual, row) =>
    names.map((predicted, column) => {
      const count = countOf(matrix, row, column)
      return { actual, predicted, count, share: count / Math.max(1, sums[row] ?? 0) }
    }),
  )
}

/** Two lines below the title: how many were right, and which two classes were confused most. */
function describe(matrix: ConfusionMatrix, names: readonly string[]): string[] {
  const { correct, all } = totals(matrix)
  const accuracy = (correct / Math.max(1, all)).toFixed(4)
  const first = `Accuracy ${accuracy}: ${formatCount(correct)} of ${formatCount(all)} images`
  const pair = mostConfusedPair(matrix)
  if (pair === null) return [first]
  const [one, other] = pair.classes.map((index) => names[index])
  const share = (pair.shareOfErrors * 100).toFixed(0)
  return [first, `Most confused: ${one} and ${other}, ${share} % of the errors`]
}

/** Column names lie flat where all fit into their cells, else they slant. */
function columnLabels(layout: Layout, names: readonly string[]): Record<string, unknown> {
  if (widestName(names, layout.labelSize) + 10 <= layout.cell) return { labelAngle: 0 }
  if (layout.countSize === 0) return { labelAngle: -90 }
  return { labelAngle: -45, labelAlign: 'right', labelBaseline: 'middle' }
}

function widestName(names: readonly string[], fontSize: number): number {
  return Math.max(...names.map((name) => textWidth(name, fontSize)))
}

function heat(layout: Layout): Layer {
  return {
    transform: layout.countSize > 0 ? [] : [{ filter: 'datum.count > 0' }],
    mark: { type: 'rect', stroke: '#ffffff', strokeWidth: layout.countSize > 0 ? 1 : 0 },
    encoding: {
      color: {
        field: 'share',
        type: 'quantitative',
        scale: {
          domain: [0, 1],
          range: [colours.empty, '#c6dbef', '#6baed6', '#2171b5', colours.full],
        },
        legend: {
          title: 'Share of row',
          format: '.0%',
          values: [0, 0.25, 0.5, 0.75, 1],
          gradientLength: 150,
          gradientThickness: 10,
          labelOffset: 6,
          offset: 16,
        },
      },
    },
  }
}

function numbers(layout: Layout): Layer[] {
  const { countSize, shareSize } = layout
  const color = {
    condition: [
      { test: 'datum.share > 0.5', value: '#ffffff' },
      { test: 'datum.count == 0', value: '#b6bfca' },
    ],
    value: colours.text,
  }
  const counts: Layer = {
    mark: { type: 'text', fontSize: countSize, dy: shareSize > 0 ? -7 : 0 },
    encoding: { text: { field: 'count', type: 'quantitative', format: ',d' }, color },
  }
  const shares: Layer = {
    transform: [{ filter: 'datum.count > 0' }],
    mark: { type: 'text', fontSize: shareSize, dy: 10 },
    encoding: { text: { field: 'share', type: 'quantitative', format: '.1%' }, color },
  }
  return [...(countSize > 0 ? [counts] : []), ...(shareSize > 0 ? [shares] : [])]
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}
