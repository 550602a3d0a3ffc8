import {
  type ConfusedPair,
  confusionMatrix,
  type ConfusionMatrix,
  countOf,
  mostConfusedPair,
  totals,
} from './confusion.js'

/** One class against all others; a ratio whose denominator is 0 is 0. */
export interface ClassMetrics {
  readonly name: string
  /** Images of this class. */
  readonly support: number
  /** Images taken for this class. */
  readonly predicted: number
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly trueNegatives: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly specificity: number
  /** Negative predictive value: of the images taken for another class, the share that are of another class. */
  readonly npv: number
}

interface AverageMetrics {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/** What a classifier came to on a set of labelled images; all ratios are between 0 and 1. */
export interface ClassificationReport {
  readonly count: number
  readonly errors: number
  readonly accuracy: number
  /** Plain mean over all classes, also those without images. */
  readonly macro: AverageMetrics
  /** Mean weighted by the images of each class. */
  readonly weighted: AverageMetrics
  readonly classes: readonly ClassMetrics[]
  readonly confusion: ConfusionMatrix
  readonly mostConfused: ConfusedPair | null
}

/** Measures predicted against true class indices; definitions and averages are scikit-learn's with zero_division 0. */
export function classificationReport(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  names: readonly string[],
): ClassificationReport {
  const confusion = confusionMatrix(truth, predicted, names.length)
  const { correct, all } = totals(confusion)
  const classes = measureClasses(confusion, names)
  return {
    count: all,
    errors: all - correct,
    accuracy: ratio(correct, all),
    macro: average(classes, () => 1),
    weighted: average(classes, ({ support }) => support),
    classes,
    confusion,
    mostConfused: mostConfusedPair(confusion),
  }
}

function measureClasses(confusion: ConfusionMatrix, names: readonly string[]): ClassMetrics[] {
  const { actual, predicted, all } = totals(confusion)
  return names.map((name, index) => {
    const support = actual[index] ?? 0
    const taken = predicted[index] ?? 0
    const truePositives = countOf(confusion, index, index)
    const falsePositives = taken - truePositives
    const falseNegatives = support - truePositives
    const trueNegatives = all - support - falsePositives
    return {
      name,
      support,
      predicted: taken,
      truePositives,
      falsePositives,
      falseNegatives,
      trueNegatives,
      precision: ratio(truePositives, taken),
      recall: ratio(truePositives, support),
      f1: ratio(2 * truePositives, support + taken),
      specificity: ratio(trueNegatives, trueNegatives + falsePositives),
      npv: ratio(trueNegatives, trueNegatives + falseNegatives),
    }
  })
}

function average(
  classes: readonly ClassMetrics[],
  weight: (metrics: ClassMetrics) => number,
): AverageMetrics {
  const whole = classes.reduce((total, metrics) => total + weight(metrics), 0)
  const mean = (key: keyof AverageMetrics) =>
    ratio(
      classes.reduce((total, metrics) => total + weight(metrics) * metrics[key], 0),
      whole,
    )
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
