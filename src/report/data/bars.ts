import type { TopLevelSpec } from 'vega-lite'
import { type Figure, renderFigure } from '../figures/figure.js'
import { textWidth } from '../figures/font.js'
import { colours, theme } from '../figures/theme.js'

/** One measure of every category, in a panel of its own. */
export interface BarPanel {
  readonly title: string
  readonly color: string
  /** null: there is nothing to show. */
  readonly values: readonly (number | null)[]
  /** How the number at a bar is written (d3-format). */
  readonly format: string
}

export interface BarChart {
  readonly title: string
  readonly subtitle: string
  readonly description: string
  readonly names: readonly string[]
  readonly panels: readonly BarPanel[]
}

type Panel = Extract<TopLevelSpec, { hconcat: unknown }>['hconcat'][number]
type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number]

const tallest = 2400

/** The numbers at the bars say it better than ticks do. */
const titleOnly = {
  titleAnchor: 'start',
  orient: 'top',
  labels: false,
  ticks: false,
  grid: false,
  domain: false,
  titlePadding: 4,
} as const

const coarse = { titleAnchor: 'start', orient: 'top', tickCount: 3 } as const

/** Draws measures of categories as horizontal bars, side by side, with the numbers at their ends. */
export async function drawBars({
  title,
  subtitle,
  description,
  names,
  panels,
}: BarChart): Promise<Figure> {
  return renderFigure({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description,
    config: theme,
    title: { text: title, subtitle },
    spacing: 26,
    hconcat: panels.map((panel, index) => drawPanel(panel, names, index === 0, panels.length)),
  })
}

function drawPanel(
  panel: BarPanel,
  names: readonly string[],
  first: boolean,
  count: number,
): Panel {
  const step = Math.max(3, Math.min(24, tallest / names.length))
  const size = Math.min(11, step - 3)
  const largest = Math.max(1e-9, ...panel.values.map((value) => value ?? 0))
  // Numbers stand behind the bars, which leave room for the widest.
  const width = count > 2 ? 190 : 260
  const room = size >= 7 ? textWidth('000,000', size) + 8 : 0
  const y = {
    field: 'row',
    type: 'ordinal',
    title: null,
    scale: { paddingInner: 0.25, paddingOuter: 0.15 },
    axis: first
      ? {
          labelExpr: `${JSON.stringify(names)}[datum.value]`,
          labelColor: colours.text,
          labelFontSize: Math.max(7, size),
          labelLimit: 220,
          labelOverlap: size < 7 ? ('greedy' as const) : false,
          ticks: false,
          domain: false,
          labelPadding: 8,
        }
      : null,
  } as const
  const domain: [number, number] = [0, (largest * width) / (width - room)]
  const x = {
    field: 'value',
    type: 'quantitative',
    title: panel.title,
    scale: { domain, nice: false },
    axis: room > 0 ? titleOnly : coarse,
  } as const
  const numbers: Layer = {
    mark: { type: 'text', align: 'left', dx: 4, fontSize: size, color: colours.muted },
    encoding: { x, text: { field: 'value', type: 'quantitative', format: panel.format } },
  }
  const values = names.map((name, row) => ({ row, name, value: panel.values[row] ?? null }))
  return {
    width,
    height: { step },
    data: { values },
    encoding: { y },
    layer: [
      { mark: { type: 'bar', color: panel.color }, encoding: { x } },
      ...(room > 0 ? [numbers] : []),
    ],
  }
}
