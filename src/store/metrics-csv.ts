import { stringify } from 'csv-stringify/sync'
import type { EpochMetrics } from './records.js'

const columns = [
  'epoch',
  'learning_rate',
  'train_loss',
  'train_accuracy',
  'val_loss',
  'val_accuracy',
] as const satisfies readonly (keyof EpochMetrics)[]

/** The text of `metrics.csv`: shortest decimals that read back to the same doubles, so equal runs give equal bytes. */
export function toMetricsCsv(rows: readonly EpochMetrics[]): string {
  return stringify([...rows], { header: true, columns: [...columns] })
}
