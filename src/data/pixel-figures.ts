import { momentsOf } from './pixel-statistics.js'

/** Figures of pixels with values from 0 to 255. */
export interface PixelFigures {
  readonly values: number
  readonly min: number
  readonly max: number
  readonly mean: number
  /** Of the population. */
  readonly std: number
  readonly median: number
  readonly percentiles: Readonly<Record<`p${1 | 5 | 25 | 75 | 95 | 99}`, number>>
  readonly zeroShare: number
}

/** The figures of pixels of which `counts[v]` have the value v; null when there are none. */
export function pixelFigures(counts: Float64Array): PixelFigures | null {
  const values = counts.reduce((sum, count) => sum + count, 0)
  if (values === 0) return null
  const at = (share: number) => quantile(counts, values, share)
  return {
    values,
    min: counts.findIndex((count) => count > 0),
    max: counts.findLastIndex((count) => count > 0),
    ...momentsOf(counts),
    median: at(0.5),
    percentiles: {
      p1: at(0.01),
      p5: at(0.05),
      p25: at(0.25),
      p75: at(0.75),
      p95: at(0.95),
      p99: at(0.99),
    },
    zeroShare: (counts[0] as number) / values,
  }
}

/** The quantile of sorted values as NumPy takes it: linear between the two neighbours of position (n - 1) * share. */
export function quantile(counts: ArrayLike<number>, total: number, share: number): number {
  const position = (total - 1) * share
  const below = Math.floor(position)
  const low = valueAt(counts, below)
  const rest = position - below
  return rest === 0 ? low : low + rest * (valueAt(counts, below + 1) - low)
}

/** The value at a place among all in ascending order. */
function valueAt(counts: ArrayLike<number>, place: number): number {
  let passed = 0
  for (let value = 0; value < counts.length; value++) {
    passed += counts[value] as number
    if (passed > place) return value
  }
  return counts.length - 1
}
