import type { AppError, ErrorCode, ErrorOptions } from '../core/errors.js'
import { canonicalJson, sha256 } from '../core/hash.js'
import type {
  CheckpointConfig,
  DataConfig,
  EngineConfig,
  ModelConfig,
  TrainConfig,
  TrainerConfig,
} from './types.gen.js'

/** The version of every record that runs write; readers refuse a newer one. */
export const recordVersion = 1

/** A model section whose derived sizes are known; weights that are not random have their hash. */
export type ResolvedModel = ModelConfig & {
  readonly num_classes: number
  readonly in_channels: number
  readonly image_size: readonly [number, number]
  readonly cache_features: boolean
}

/** A data section that says how many threads prepare batches. */
export type ResolvedData = DataConfig & { readonly num_workers: number }

export interface ResolvedEngine extends EngineConfig {
  readonly name: Exclude<EngineConfig['name'], 'auto'>
  readonly threads: number
}

export interface ResolvedTrainer extends TrainerConfig {
  readonly checkpoint: CheckpointConfig & { readonly monitor: Metric; readonly mode: 'min' | 'max' }
}

export type Metric = Exclude<CheckpointConfig['monitor'], 'auto'>

/** The frozen spec of a run: the composed tree with nothing left to derive. It repeats the run on its own. */
export interface RunSpec extends TrainConfig {
  readonly data: ResolvedData
  readonly model: ResolvedModel
  readonly engine: ResolvedEngine
  readonly trainer: ResolvedTrainer
}

/** Makes an error that is located where the config value at a dotted path was set. */
export type Fail = (path: string, message: string, options?: FailOptions) => AppError

export interface FailOptions extends ErrorOptions {
  readonly code?: ErrorCode
}

/**
 * The identity of what a run computes: everything in its spec but where it is kept, what is said about it, and how many
 * threads prepare its batches.
 */
export function specHash(spec: RunSpec): string {
  const data = { ...spec.data, num_workers: undefined }
  return sha256(canonicalJson({ ...spec, data, run: undefined }))
}

/** The identity of a run's result: equal keys mean equal bits on the same processor features. */
export function resultKey(
  spec: RunSpec,
  facts: { data: string; atelier: string; engine: string },
): string {
  return sha256(canonicalJson({ spec: specHash(spec), ...facts, threads: spec.engine.threads }))
}
