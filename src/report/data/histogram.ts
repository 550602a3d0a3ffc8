import type { PixelFigures } from '../../data/pixel-figures.js'
import { type Figure, renderFigure } from '../figures/figure.js'
import { colours, theme } from '../figures/theme.js'

const binWidth = 4

/** Draws how often pixel values occur: zeros apart, because there are often more of them than of all others. */
export async function drawHistogram(counts: Float64Array, figures: PixelFigures): Promise<Figure> {
  const share = (from: number, to: number) =>
    counts.slice(from, to).reduce((sum, count) => sum + count, 0) / figures.values
  const bins = Array.from({ length: 256 / binWidth }, (_, bin) => {
    const [from, to] = [Math.max(1, bin * binWidth), (bin + 1) * binWidth]
    return { from, to, share: share(from, to) }
  })
  const marks = [
    { value: figures.mean, name: `mean ${figures.mean.toFixed(2)}` },
    { value: figures.median, name: `median ${figures.median}` },
  ]
  return renderFigure({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: 'Share of the pixel values from 1 to 255.',
    config: theme,
    title: {
      text: 'Pixel values',
      subtitle:
        `Values from 1 to 255; ${(100 * figures.zeroShare).toFixed(2)} % of all are 0. ` +
        'Training and validation images.',
    },
    width: 640,
    height: 200,
    layer: [
      {
        data: { values: bins },
        mark: { type: 'bar', color: colours.training },
        encoding: {
          x: {
            field: 'from',
            type: 'quantitative',
            title: 'Value',
            scale: { domain: [0, 256], nice: false },
            axis: { grid: false, values: [0, 32, 64, 96, 128, 160, 192, 224, 255] },
          },
          x2: { field: 'to' },
          y: {
            field: 'share',
            type: 'quantitative',
            title: 'Share of pixels',
            scale: { zero: true },
            axis: { format: '.1%', tickCount: 5 },
          },
          y2: { datum: 0 },
        },
      },
      {
        data: { values: marks },
        mark: { type: 'rule', strokeDash: [4, 4], strokeWidth: 1.5 },
        encoding: {
          x: { field: 'value', type: 'quantitative' },
          color: {
            field: 'name',
            type: 'nominal',
            title: null,
            scale: {
              domain: marks.map(({ name }) => name),
              range: [colours.validation, colours.text],
            },
            legend: { orient: 'top', direction: 'horizontal', symbolType: 'stroke', offset: 4 },
          },
        },
      },
    ],
  })
}
