import fc from 'fast-check'

/** A number of classes with true and predicted labels of any agreement. */
export const labelPairs = fc.integer({ min: 1, max: 7 }).chain((size) =>
  fc
    .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { minLength: 1, maxLength: 60 })
    .map((pairs) => ({
      size,
      truth: Int32Array.from(pairs, ([truth]) => truth),
      predicted: Int32Array.from(pairs, ([, predicted]) => predicted),
    })),
)
