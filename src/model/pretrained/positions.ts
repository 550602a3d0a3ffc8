/** The side of a square grid of positions behind the class token, or null where they make none. */
export function gridOf(shape: readonly number[]): number | null {
  const side = Math.sqrt((shape[1] as number) - 1)
  return Number.isInteger(side) && side > 0 ? side : null
}

/**
 * A position embedding [1, 1 + from * from, width] resampled to [1, 1 + to * to, width], as torchvision's
 * `interpolate_embeddings` does it: bicubic (a = -0.75) with the corners in place; the class token stays.
 */
export function resamplePositions(
  values: Float32Array,
  from: number,
  to: number,
  width: number,
): Float32Array {
  const taps = Array.from({ length: to }, (_, index) => tapsOf(index, from, to))
  const resampled = new Float32Array((1 + to * to) * width)
  resampled.set(values.subarray(0, width))
  for (const [row, rows] of taps.entries()) {
    for (const [column, columns] of taps.entries()) {
      const start = (1 + row * to + column) * width
      for (let k = 0; k < width; k++) {
        let sum = 0
        for (const y of rows) {
          for (const x of columns) {
            const value = values[(1 + y.at * from + x.at) * width + k] as number
            sum += y.weight * x.weight * value
          }
        }
        resampled[start + k] = sum
      }
    }
  }
  return resampled
}

interface Tap {
  readonly at: number
  readonly weight: number
}

/** The four source positions of one target position along an axis; those beyond the edge are the edge. */
function tapsOf(index: number, from: number, to: number): Tap[] {
  const source = to > 1 ? (index * (from - 1)) / (to - 1) : 0
  const floor = Math.floor(source)
  return [-1, 0, 1, 2].map((offset) => ({
    at: Math.min(Math.max(floor + offset, 0), from - 1),
    weight: cubic(Math.abs(source - floor - offset)),
  }))
}

/** Keys' cubic convolution kernel. */
function cubic(distance: number): number {
  const a = -0.75
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1
  if (distance < 2) return ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
  return 0
}
