import { AppError } from '../core/errors.js'
import { recordVersion } from '../spec/run-spec.js'

/** Milliseconds since 1970, passed in wherever time is recorded. */
export type Clock = () => number

export type RunState = 'running' | 'succeeded' | 'failed' | 'interrupted'

/** `status.json`: what became of a run, replaced atomically at every change. */
export interface RunStatus {
  readonly record_version: number
  readonly state: RunState
  readonly pid: number
  readonly host: string
  readonly attempt: number
  readonly started_at: string
  readonly updated_at: string
  readonly error: { readonly code: string; readonly message: string } | null
  readonly outcome: RunOutcome | null
}

/** What a training run came to, once it has ended or been stopped. */
export interface RunOutcome {
  readonly kind: 'completed' | 'stopped_early' | 'interrupted'
  readonly epochs: number
  readonly best: { readonly epoch: number; readonly monitor: string; readonly value: number } | null
  readonly final: EpochMetrics | null
  readonly weight_hash: string
}

/** One row of `metrics.csv`: deterministic figures alone. Epochs count from 1; without validation `val_*` are null. */
export interface EpochMetrics {
  readonly epoch: number
  readonly learning_rate: number
  readonly train_loss: number
  readonly train_accuracy: number
  readonly val_loss: number | null
  readonly val_accuracy: number | null
}

/** A line of `events.jsonl`. Steps are not journalled: there may be millions. */
export type RunEvent =
  | {
      readonly kind: 'run_started'
      readonly run_id: string
      readonly attempt: number
      readonly epoch: number
    }
  | {
      readonly kind: 'epoch'
      readonly metrics: EpochMetrics
      readonly seconds: number
      readonly images_per_second: number
    }
  | { readonly kind: 'checkpoint'; readonly name: string; readonly epoch: number }
  | { readonly kind: 'ended'; readonly outcome: RunOutcome }

/** Refuses a record that a newer version wrote. */
export function checkVersion(record: unknown, path: string): void {
  const version =
    record !== null && typeof record === 'object' && 'record_version' in record
      ? record.record_version
      : undefined
  if (typeof version === 'number' && version <= recordVersion) return
  if (typeof version === 'number') {
    throw new AppError(
      'record_too_new',
      `${path} has record version ${version}; this version of atelier reads up to ${recordVersion}`,
      { hint: 'Install a newer atelier to read it.' },
    )
  }
  throw new AppError('run_corrupt', `${path} carries no record_version`)
}
