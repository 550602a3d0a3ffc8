import type { TopLevelSpec } from 'vega-lite'
import type { Metric } from '../../spec/run-spec.js'
import type { EpochMetrics } from '../../store/records.js'
import { type Figure, renderFigure } from './figure.js'
import { colours, theme } from './theme.js'

/** The metric by which the best epoch is chosen, and its direction. */
export interface Monitor {
  readonly monitor: Metric
  readonly mode: 'min' | 'max'
}

type Measure = 'loss' | 'accuracy'
type Panel = Extract<TopLevelSpec, { hconcat: unknown }>['hconcat'][number]

interface Point {
  readonly epoch: number
  readonly images: 'training' | 'validation'
  readonly value: number
}

const metricNames = {
  train_loss: 'training loss',
  train_accuracy: 'training accuracy',
  val_loss: 'validation loss',
  val_accuracy: 'validation accuracy',
} as const satisfies Record<Metric, string>

const mostEpochsWithDots = 30

const legendLook = {
  direction: 'horizontal',
  columnPadding: 20,
  offset: 12,
  symbolType: 'stroke',
  symbolSize: 300,
  symbolStrokeWidth: 2.5,
} as const

/** Draws loss and accuracy against the epoch, side by side, the best epoch marked in both; `rows` holds at least one. */
export async function drawCurves(rows: readonly EpochMetrics[], by: Monitor): Promise<Figure> {
  const best = bestRow(rows, by)
  return renderFigure({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: 'Loss and accuracy on the training and the validation images by epoch.',
    config: theme,
    title: { text: 'Loss and accuracy by epoch', subtitle: describeBest(best, rows.length, by) },
    spacing: 40,
    resolve: { scale: { color: 'independent' } },
    hconcat: [panel('loss', rows, best), panel('accuracy', rows, best)],
  })
}

/** The first row whose monitored value no other betters; undefined when none is finite. */
function bestRow(rows: readonly EpochMetrics[], by: Monitor): EpochMetrics | undefined {
  const sign = by.mode === 'min' ? 1 : -1
  const rated = rows.flatMap((row) => {
    const value = row[by.monitor]
    return value !== null && Number.isFinite(value) ? [{ row, rating: sign * value }] : []
  })
  const least = Math.min(...rated.map(({ rating }) => rating))
  return rated.find(({ rating }) => rating === least)?.row
}

function describeBest(best: EpochMetrics | undefined, count: number, by: Monitor): string {
  const name = metricNames[by.monitor]
  if (best === undefined) return `No epoch has a finite ${name}`
  const epoch = `${best.epoch} of ${count}`
  return `Best epoch by ${name}: ${epoch} (dashed line, its figures above the panels)`
}

function panel(
  measure: Measure,
  rows: readonly EpochMetrics[],
  best: EpochMetrics | undefined,
): Panel {
  const points = pointsOf(measure, rows)
  const marked = best === undefined ? [] : pointsOf(measure, [best])
  const epochs = rows.map(({ epoch }) => epoch)
  const colour = {
    field: 'images',
    type: 'nominal',
    title: null,
    scale: { domain: seriesOf(points), range: [colours.training, colours.validation] },
    legend: { orient: 'top', labelExpr: legendLabels(marked), ...legendLook },
  } as const
  const y = {
    field: 'value',
    type: 'quantitative',
    title: measure === 'loss' ? 'Loss' : 'Accuracy',
    scale: { domain: valueDomain(measure, points), nice: true, zero: false },
    axis: { tickCount: 6 },
  } as const
  return {
    width: 340,
    height: 250,
    encoding: {
      x: {
        field: 'epoch',
        type: 'quantitative',
        title: 'Epoch',
        scale: { domain: epochDomain(epochs), nice: false, zero: false, padding: 10 },
        axis: { grid: false, format: 'd', values: epochTicks(epochs) },
      },
    },
    layer: [
      {
        data: { values: marked.slice(0, 1) },
        mark: { type: 'rule', strokeDash: [4, 4], color: colours.muted },
      },
      {
        data: { values: points },
        mark: { type: 'line', strokeWidth: 2.5, strokeJoin: 'round', strokeCap: 'round' },
        encoding: { y, color: colour },
      },
      {
        data: { values: rows.length > mostEpochsWithDots ? [] : points },
        mark: { type: 'point', filled: true, size: 24, opacity: 1 },
        encoding: { y, color: colour },
      },
      {
        data: { values: marked },
        mark: {
          type: 'point',
          filled: true,
          size: 75,
          opacity: 1,
          stroke: 'white',
          strokeWidth: 1.5,
        },
        encoding: { y, color: colour },
      },
    ],
  }
}

function pointsOf(measure: Measure, rows: readonly EpochMetrics[]): Point[] {
  return rows.flatMap((row) => {
    const both = [
      { epoch: row.epoch, images: 'training', value: row[`train_${measure}`] },
      { epoch: row.epoch, images: 'validation', value: row[`val_${measure}`] },
    ] as const
    return both.flatMap(({ value, ...rest }) =>
      value !== null && Number.isFinite(value) ? [{ ...rest, value }] : [],
    )
  })
}

function seriesOf(points: readonly Point[]): Point['images'][] {
  return points.some(({ images }) => images === 'validation')
    ? ['training', 'validation']
    : ['training']
}

/** A Vega expression for the names in the legend, each with its value at the best epoch. */
function legendLabels(marked: readonly Point[]): string {
  const values = marked.map(({ images, value }) => [images, `${images} ${value.toFixed(4)}`])
  return `${JSON.stringify(Object.fromEntries(values))}[datum.value] || datum.value`
}

/** From the first to the last epoch; a single one stands in the middle. */
function epochDomain(epochs: readonly number[]): [number, number] {
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)]
  return first === last ? [first - 1, first + 1] : [first, last]
}

/** Round epochs that exist, at most ten; an axis of its own accord would begin at epoch 0. */
function epochTicks(epochs: readonly number[]): number[] {
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)]
  const rough = (last - first + 1) / 10
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10))
  const start = Math.ceil(first / step) * step
  const count = Math.floor((last - start) / step) + 1
  return Array.from({ length: count }, (_, index) => start + index * step)
}

/** The range of the values with a little room, within what a loss or an accuracy can be where the values are. */
function valueDomain(measure: Measure, points: readonly Point[]): [number, number] {
  const values = points.map(({ value }) => value)
  if (values.length === 0) return [0, 1]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const room = low === high ? Math.max(Math.abs(low) * 0.1, 0.01) : (high - low) * 0.06
  const ceiling = measure === 'accuracy' ? 1 : Infinity
  return [low < 0 ? low - room : Math.max(0, low - room), Math.min(ceiling, high + room)]
}
