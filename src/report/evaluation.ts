import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceDirectory, writeFileSynced, writeJson } from '../core/files.js'
import { type ClassificationReport, classificationReport } from '../metrics/classification.js'
import { countOf } from '../metrics/confusion.js'
import { recordVersion } from '../spec/run-spec.js'
import { drawConfusion } from './figures/confusion.js'
import { writeFigure } from './figures/figure.js'
import { type CsvCell, toCsv, toCsvLines } from './tables.js'

/** A model's answers on one split as plain arrays, with what is needed to tell where they came from. */
export interface Evaluation {
  readonly split: string
  /** Unique names by class index. */
  readonly classes: readonly string[]
  /** Class index of each image. */
  readonly truth: Int32Array
  readonly predicted: Int32Array
  /** Row-major, images x classes, each row summing to 1. */
  readonly probabilities: Float32Array
  /** Position of each image in its source. */
  readonly indices: Int32Array
  /** Mean loss over the images; null where the caller has none. */
  readonly loss: number | null
  readonly dataFingerprint: string
  readonly checkpoint: CheckpointFacts
}

/** Which weights were evaluated; written to the record as they are. */
interface CheckpointFacts {
  readonly run_id: string
  /** `best`, `last` or `step-N`. */
  readonly name: string
  readonly epoch: number | null
  readonly weight_hash: string
}

const rowsPerPiece = 2000

/**
 * Replaces `directory` as a whole by metrics.json, per_class.csv, confusion.{csv,svg,png,vl.json} and predictions.csv;
 * returns the report they show. A failure leaves what was there before.
 */
export async function writeEvaluation(
  directory: string,
  evaluation: Evaluation,
): Promise<ClassificationReport> {
  const { truth, predicted, classes } = evaluation
  checkSizes(evaluation)
  const report = classificationReport(truth, predicted, classes)
  const figure = await drawConfusion(report.confusion, classes)
  await replaceDirectory(directory, async (fresh) => {
    await writeJson(join(fresh, 'metrics.json'), metricsRecord(evaluation, report))
    await writeFileSynced(join(fresh, 'per_class.csv'), perClassCsv(report))
    await writeFileSynced(join(fresh, 'confusion.csv'), confusionCsv(report))
    await writeFigure(fresh, 'confusion', figure)
    await writePredictions(join(fresh, 'predictions.csv'), evaluation)
  })
  return report
}

function checkSizes({ truth, indices, probabilities, classes }: Evaluation): void {
  if (indices.length === truth.length && probabilities.length === truth.length * classes.length) {
    return
  }
  throw new Error(
    `${truth.length} labels, ${indices.length} indices and ${probabilities.length} probabilities of ${classes.length} classes do not belong together`,
  )
}

function metricsRecord(evaluation: Evaluation, report: ClassificationReport): unknown {
  return {
    record_version: recordVersion,
    split: evaluation.split,
    data_fingerprint: evaluation.dataFingerprint,
    checkpoint: evaluation.checkpoint,
    count: report.count,
    errors: report.errors,
    loss: evaluation.loss,
    accuracy: report.accuracy,
    macro_precision: report.macro.precision,
    macro_recall: report.macro.recall,
    macro_f1: report.macro.f1,
    weighted_precision: report.weighted.precision,
    weighted_recall: report.weighted.recall,
    weighted_f1: report.weighted.f1,
    top_confused_pair: confusedPairRecord(report),
    per_class: perClassRecords(report),
  }
}

function confusedPairRecord({ mostConfused, classes }: ClassificationReport): unknown {
  if (mostConfused === null) return null
  const [first, second] = mostConfused.classes.map((index) => classes[index]?.name)
  return {
    count: mostConfused.count,
    share_of_errors: mostConfused.shareOfErrors,
    directions: [
      { actual: first, predicted: second, count: mostConfused.firstTakenForSecond },
      { actual: second, predicted: first, count: mostConfused.secondTakenForFirst },
    ],
  }
}

function perClassRecords(report: ClassificationReport): Record<string, CsvCell>[] {
  return report.classes.map((one) => ({
    class: one.name,
    support: one.support,
    predicted: one.predicted,
    precision: one.precision,
    recall: one.recall,
    f1: one.f1,
    specificity: one.specificity,
    npv: one.npv,
    true_positives: one.truePositives,
    false_positives: one.falsePositives,
    false_negatives: one.falseNegatives,
    true_negatives: one.trueNegatives,
  }))
}

function perClassCsv(report: ClassificationReport): string {
  const records = perClassRecords(report)
  return toCsv(
    Object.keys(records[0] ?? {}),
    records.map((record) => Object.values(record)),
  )
}

function confusionCsv({ classes, confusion }: ClassificationReport): string {
  const names = classes.map(({ name }) => name)
  const rows = names.map((name, actual) => [
    name,
    ...names.map((_, predicted) => countOf(confusion, actual, predicted)),
  ])
  return toCsv(['actual\\predicted', ...names], rows)
}

/** Writes the rows in pieces, so that memory stays flat however many images there are. */
async function writePredictions(path: string, evaluation: Evaluation): Promise<void> {
  const { classes, indices } = evaluation
  const file = await open(path, 'w')
  try {
    await file.appendFile(toCsv(['index', 'truth', 'prediction', 'confidence', ...classes], []))
    for (let start = 0; start < indices.length; start += rowsPerPiece) {
      const piece = indices.subarray(start, start + rowsPerPiece)
      const rows = Array.from(piece, (_, offset) => predictionRow(evaluation, start + offset))
      await file.appendFile(toCsvLines(rows))
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

function predictionRow(evaluation: Evaluation, at: number): CsvCell[] {
  const { classes, truth, predicted, probabilities, indices } = evaluation
  const row = probabilities.subarray(at * classes.length, (at + 1) * classes.length)
  const name = (labels: Int32Array) => classes[labels[at] ?? -1] ?? null
  const confidence = row[predicted[at] ?? -1] ?? Number.NaN
  const shares = Array.from(row, shortDecimal)
  return [indices[at] ?? null, name(truth), name(predicted), shortDecimal(confidence), ...shares]
}

/** A float32 as a double with so few digits that it still reads back to the same float32. */
function shortDecimal(value: number): number {
  const seven = Number(value.toPrecision(7))
  if (Math.fround(seven) === value) return seven
  const eight = Number(value.toPrecision(8))
  return Math.fround(eight) === value ? eight : Number(value.toPrecision(9))
}
