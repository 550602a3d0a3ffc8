import type { Feed, InputSpec } from '../../src/engine/compile.js'

/** Distinct numbers between -range and range in scattered order, none near zero or near another: no ties, no kinks. */
export function scattered(size: number, range = 1): Float32Array {
  const step = (2 * range) / size
  const stride = [7919, 104729, 1299709].find((prime) => size % prime !== 0)!
  return Float32Array.from(
    { length: size },
    (_, index) => (((index * stride + 3) % size) + 0.5) * step - range + step / 8,
  )
}

/** Feeds for the given inputs; `positive` shifts them into (0.5, 2.5), int32 ones count up to `below`. */
export function feedsFor(
  inputs: Readonly<Record<string, InputSpec>>,
  options: { positive?: boolean; below?: number } = {},
): Record<string, Feed> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }], position): [string, Feed] => {
      const size = shape.reduce((product, length) => product * length, 1)
      if (dtype === 'int32') {
        return [
          name,
          Int32Array.from({ length: size }, (_, i) => (i * 7 + 2) % (options.below ?? 3)),
        ]
      }
      const values = scattered(size, 1 + position / 4)
      return [name, options.positive ? values.map((value) => value * 0.7 + 1.5) : values]
    }),
  )
}

/** The largest difference, in units of one plus the largest expected magnitude. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let [difference, magnitude] = [0, 1]
  for (let i = 0; i < expected.length; i++) {
    const gap = Math.abs(actual[i]! - expected[i]!)
    if (Number.isNaN(gap)) return Infinity
    difference = Math.max(difference, gap)
    magnitude = Math.max(magnitude, Math.abs(expected[i]!))
  }
  return difference / magnitude
}
