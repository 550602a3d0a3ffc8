/** Counts by class; `counts[actual * size + predicted]`, so a row is what became of the images of one class. */
export interface ConfusionMatrix {
  readonly size: number
  readonly counts: Uint32Array
}

/** The two classes most often taken for each other, in either direction. */
export interface ConfusedPair {
  /** Class indices, ascending. */
  readonly classes: readonly [number, number]
  readonly count: number
  readonly firstTakenForSecond: number
  readonly secondTakenForFirst: number
  /** Share of all errors, 0 to 1. */
  readonly shareOfErrors: number
}

/** Counts each pair of actual and predicted class; both arrays hold class indices below `size`. */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  size: number,
): ConfusionMatrix {
  if (truth.length !== predicted.length) {
    throw new Error(`${truth.length} labels but ${predicted.length} predictions`)
  }
  const counts = new Uint32Array(size * size)
  for (let index = 0; index < truth.length; index++) {
    const row = classIndex(truth, index, size)
    const cell = row * size + classIndex(predicted, index, size)
    counts[cell] = (counts[cell] ?? 0) + 1
  }
  return { size, counts }
}

/** How many images of class `actual` were taken for class `predicted`. */
export function countOf(matrix: ConfusionMatrix, actual: number, predicted: number): number {
  return matrix.counts[actual * matrix.size + predicted] ?? 0
}

/** The sums over rows (images of each class), over columns (predictions of each class), the diagonal's and all. */
export function totals(matrix: ConfusionMatrix): {
  actual: number[]
  predicted: number[]
  correct: number
  all: number
} {
  const classes = classIndices(matrix)
  const actual = classes.map((row) => sum(classes.map((column) => countOf(matrix, row, column))))
  const predicted = classes.map((column) => sum(classes.map((row) => countOf(matrix, row, column))))
  const correct = sum(classes.map((index) => countOf(matrix, index, index)))
  return { actual, predicted, correct, all: sum(actual) }
}

/** The most confused pair of classes, the first one on a tie; null when every prediction is right. */
export function mostConfusedPair(matrix: ConfusionMatrix): ConfusedPair | null {
  const { correct, all } = totals(matrix)
  let best: ConfusedPair | null = null
  for (const first of classIndices(matrix)) {
    for (let second = first + 1; second < matrix.size; second++) {
      const firstTakenForSecond = countOf(matrix, first, second)
      const secondTakenForFirst = countOf(matrix, second, first)
      const count = firstTakenForSecond + secondTakenForFirst
      if (count <= (best?.count ?? 0)) continue
      const shareOfErrors = count / (all - correct)
      const classes = [first, second] as const
      best = { classes, count, firstTakenForSecond, secondTakenForFirst, shareOfErrors }
    }
  }
  return best
}

function classIndices(matrix: ConfusionMatrix): number[] {
  return Array.from({ length: matrix.size }, (_, index) => index)
}

function classIndex(values: ArrayLike<number>, index: number, size: number): number {
  const value = values[index] ?? Number.NaN
  if (Number.isInteger(value) && value >= 0 && value < size) return value
  throw new Error(`Class index ${value} at position ${index} is not below ${size}`)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
