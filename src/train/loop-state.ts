import type { RunSpec } from '../spec/run-spec.js'
import type { EpochMetrics } from '../store/records.js'

/** Where a run stands: the cursor, the sums of the epoch under way, and what has been measured. Plain JSON. */
export interface LoopState {
  /** Epochs completed; also the index of the one under way. */
  epoch: number
  /** Steps done in the epoch under way. */
  step: number
  images: number
  /** The batches' mean losses times their weights, and the sum of these: class weights, or images. */
  loss_sum: number
  loss_weight: number
  correct: number
  best: { epoch: number; monitor: string; value: number } | null
  /** The value early stopping compares with, and the epochs since it improved by `min_delta`. */
  patience: { reference: number | null; epochs: number }
  history: EpochMetrics[]
}

export function initialState(): LoopState {
  return {
    epoch: 0,
    ...freshSums,
    best: null,
    patience: { reference: null, epochs: 0 },
    history: [],
  }
}

const freshSums = { step: 0, images: 0, loss_sum: 0, loss_weight: 0, correct: 0 }

/** Moves the cursor to the next epoch and books the finished one; returns whether it is the best so far. */
export function completeEpoch(state: LoopState, metrics: EpochMetrics, spec: RunSpec): boolean {
  const { checkpoint, early_stopping } = spec.trainer
  const value = monitored(metrics, checkpoint.monitor)
  const gain = (from: number) => (checkpoint.mode === 'min' ? from - value : value - from)
  const improved = state.best === null || gain(state.best.value) > 0
  if (improved) state.best = { epoch: metrics.epoch, monitor: checkpoint.monitor, value }
  const { reference } = state.patience
  const progressed = reference === null || gain(reference) > early_stopping.min_delta
  state.patience = progressed
    ? { reference: value, epochs: 0 }
    : { reference, epochs: state.patience.epochs + 1 }
  state.history.push(metrics)
  Object.assign(state, freshSums, { epoch: state.epoch + 1 })
  return improved
}

/** Whether early stopping has waited long enough. */
export function isPatienceOver(state: LoopState, spec: RunSpec): boolean {
  const { patience } = spec.trainer.early_stopping
  return patience !== null && state.patience.epochs >= patience
}

function monitored(
  metrics: EpochMetrics,
  monitor: RunSpec['trainer']['checkpoint']['monitor'],
): number {
  const value = metrics[monitor]
  if (value === null) throw new Error(`${monitor} was not measured`)
  return value
}
