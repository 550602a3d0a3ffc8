import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { type ClassMetrics, classificationReport } from '../../src/metrics/classification.js'
import { labelPairs } from './labels.js'

interface FixtureCase {
  readonly name: string
  readonly num_classes: number
  readonly y_true: number[]
  readonly y_pred: number[]
  readonly expected: {
    readonly confusion_matrix: number[][]
    readonly accuracy: number
    readonly per_class: Record<string, number[]>
    readonly macro: Averages
    readonly weighted: Averages
  }
}

interface Averages {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

const fixtureColumns = {
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
} as const satisfies Record<string, keyof ClassMetrics>

describe('classificationReport', () => {
  describe('agrees with scikit-learn', () => {
    const cases = readCases()
    if (cases.length === 0) it.skip('needs ATELIER_FIXTURES')
    for (const { name, num_classes, y_true, y_pred, expected } of cases) {
      it(name, () => {
        const report = classificationReport(y_true, y_pred, classNames(num_classes))
        near(report.accuracy, expected.accuracy, 'accuracy')
        assert.deepEqual([...report.confusion.counts], expected.confusion_matrix.flat())
        for (const [theirs, ours] of Object.entries(fixtureColumns)) {
          for (const [index, value] of expected.per_class[theirs]!.entries()) {
            near(report.classes[index]![ours], value, `${theirs} of class ${index}`)
          }
        }
        for (const key of ['precision', 'recall', 'f1'] as const) {
          near(report.macro[key], expected.macro[key], `macro ${key}`)
          near(report.weighted[key], expected.weighted[key], `weighted ${key}`)
        }
      })
    }
  })

  it('reproduces the figures of a published test matrix', () => {
    const matrix = [
      [67, 13, 1],
      [6, 22, 6],
      [1, 1, 5],
    ]
    const pairs = matrix.flatMap((row, actual) =>
      row.flatMap((count, predicted) => Array<[number, number]>(count).fill([actual, predicted])),
    )
    const report = classificationReport(
      pairs.map(([actual]) => actual),
      pairs.map(([, predicted]) => predicted),
      ['Full', 'Half', 'Over'],
    )
    assert.equal(report.accuracy.toFixed(5), '0.77049')
    assert.equal(report.weighted.precision.toFixed(5), '0.79535')
    assert.equal(report.weighted.recall.toFixed(5), '0.77049')
    assert.equal(report.weighted.f1.toFixed(5), '0.77936')
    assert.deepEqual(report.mostConfused, {
      classes: [0, 1],
      count: 19,
      firstTakenForSecond: 13,
      secondTakenForFirst: 6,
      shareOfErrors: 19 / 28,
    })
  })

  it('keeps every ratio within 0 and 1, weighted recall equal to accuracy', () => {
    fc.assert(
      fc.property(labelPairs, ({ size, truth, predicted }) => {
        const report = classificationReport(truth, predicted, classNames(size))
        for (const metrics of [report.macro, report.weighted, ...report.classes]) {
          for (const key of ['precision', 'recall', 'f1'] as const) {
            assert.ok(metrics[key] >= 0 && metrics[key] <= 1 + 1e-12, key)
          }
        }
        near(report.weighted.recall, report.accuracy, 'weighted recall')
        for (const one of report.classes) {
          assert.equal(
            one.truePositives + one.falsePositives + one.falseNegatives + one.trueNegatives,
            truth.length,
          )
        }
      }),
    )
  })

  it('swaps precision and recall when truth and prediction swap', () => {
    fc.assert(
      fc.property(labelPairs, ({ size, truth, predicted }) => {
        const names = classNames(size)
        const one = classificationReport(truth, predicted, names)
        const other = classificationReport(predicted, truth, names)
        for (const [index, metrics] of one.classes.entries()) {
          assert.equal(metrics.precision, other.classes[index]!.recall)
          assert.equal(metrics.f1, other.classes[index]!.f1)
        }
        assert.equal(one.accuracy, other.accuracy)
      }),
    )
  })

  it('does not depend on the order of the images', () => {
    fc.assert(
      fc.property(labelPairs, ({ size, truth, predicted }) => {
        const names = classNames(size)
        assert.deepEqual(
          classificationReport([...truth].reverse(), [...predicted].reverse(), names),
          classificationReport(truth, predicted, names),
        )
      }),
    )
  })
})

function readCases(): FixtureCase[] {
  const path = join(process.env['ATELIER_FIXTURES'] ?? '/nowhere', 'sklearn', 'metrics.json')
  if (!existsSync(path)) return []
  return (JSON.parse(readFileSync(path, 'utf8')) as { cases: FixtureCase[] }).cases
}

function classNames(size: number): string[] {
  return Array.from({ length: size }, (_, index) => `class ${index}`)
}

function near(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${what}: ${actual} instead of ${expected}`)
}
