import { classificationReport, type ClassMetrics } from '../../src/metrics/classification.js'
import { judge, notOffered, type Comparison, type Verdict } from './verdict.js'

interface MetricsCase {
  readonly name: string
  readonly num_classes: number
  readonly y_true: number[]
  readonly y_pred: number[]
  readonly expected: Readonly<Record<string, unknown>> & {
    readonly confusion_matrix: number[][]
    readonly accuracy: number
    readonly per_class: Readonly<Record<string, number[]>>
    readonly macro: Averages
    readonly weighted: Averages
  }
}

type Averages = Readonly<Record<'precision' | 'recall' | 'f1', number>>

const columns: Readonly<Record<string, keyof ClassMetrics>> = {
  support: 'support',
  precision: 'precision',
  recall: 'recall',
  f1: 'f1',
  specificity: 'specificity',
  npv: 'npv',
  tp: 'truePositives',
  fp: 'falsePositives',
  fn: 'falseNegatives',
  tn: 'trueNegatives',
}

const offered = new Set(['confusion_matrix', 'accuracy', 'per_class', 'macro', 'weighted'])

/** scikit-learn's metrics: each case agrees if every metric that is offered does. */
export function judgeMetrics({ cases }: { cases: readonly MetricsCase[] }): Verdict[] {
  const judged = cases.map((one) => judge(one.name, comparisons(one)))
  const names = cases.flatMap(({ expected }) => [
    ...Object.keys(expected).filter((name) => !offered.has(name)),
    ...Object.keys(expected.per_class).filter((name) => !(name in columns)),
  ])
  return [...judged, ...[...new Set(names)].map(notOffered)]
}

function* comparisons({
  num_classes,
  y_true,
  y_pred,
  expected,
}: MetricsCase): Iterable<Comparison> {
  const names = Array.from({ length: num_classes }, (_, label) => `class ${label}`)
  const report = classificationReport(y_true, y_pred, names)
  const tolerance = 1e-9
  yield { what: 'accuracy', expected: expected.accuracy, got: report.accuracy, tolerance }
  const matrix = expected.confusion_matrix.flat()
  yield { what: 'confusion', expected: matrix, got: [...report.confusion.counts], tolerance: 0 }
  for (const [theirs, ours] of Object.entries(columns)) {
    const got = report.classes.map((row) => Number(row[ours]))
    yield { what: theirs, expected: expected.per_class[theirs] ?? [], got, tolerance }
  }
  for (const kind of ['macro', 'weighted'] as const) {
    for (const key of ['precision', 'recall', 'f1'] as const) {
      const [theirs, ours] = [expected[kind][key], report[kind][key]]
      yield { what: `${kind} ${key}`, expected: theirs, got: ours, tolerance }
    }
  }
}
