import type { EpochMetrics } from '../../../src/store/records.js'

/** A plausible training: losses fall, and validation turns up again towards the end. */
export function epochRows(count: number, options = { validation: true }): EpochMetrics[] {
  return Array.from({ length: count }, (_, index) => {
    const time = (index + 1) / count
    const validation = options.validation
    return {
      epoch: index + 1,
      learning_rate: 0.1,
      train_loss: 0.2 + Math.exp(-4 * time),
      train_accuracy: 0.95 - 0.4 * Math.exp(-4 * time),
      val_loss: validation ? 0.3 + Math.exp(-6 * time) + 0.1 * time : null,
      val_accuracy: validation ? 0.9 - 0.3 * Math.exp(-6 * time) - 0.02 * time : null,
    }
  })
}
