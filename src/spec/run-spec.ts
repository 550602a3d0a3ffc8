import type { AppError, ErrorCode, ErrorOptions } from '../core/errors.js'
import { canonicalJson, sha256 } from '../core/hash.js'
import type {
  CheckpointConfig,
  DataConfig,
  EngineConfig,
  LossConfig,
  ModelConfig,
  SchedulerConfig,
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

/** A variant of a config section without what stands for "derive it": null and auto. */
export type Resolved<Config> = {
  [Key in keyof Config]: Key extends 'schedulers'
    ? ResolvedScheduler[]
    : Exclude<Config[Key], null | 'auto'>
}

/** A schedule whose lengths and interval are known. */
export type ResolvedScheduler = EachResolved<SchedulerConfig>

type EachResolved<Config> = Config extends unknown ? Resolved<Config> : never

/** A loss whose class weights are numbers in the order of the labels. */
export type ResolvedLoss = EachWeighted<LossConfig>

type EachWeighted<Config> = Config extends { class_weights: unknown }
  ? Config & { readonly class_weights: ClassWeights }
  : Config

export type ClassWeights = 'none' | number[]

/** The frozen spec of a run: the composed tree with nothing left to derive. It repeats the run on its own. */
export interface RunSpec extends TrainConfig {
  readonly data: ResolvedData
  readonly model: ResolvedModel
  readonly loss: ResolvedLoss
  readonly scheduler: ResolvedScheduler
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
 * threads prepare its batches. Pretrained weights are what their hash says, wherever they were found.
 */
export function specHash(spec: RunSpec): string {
  const data = { ...spec.data, num_workers: undefined }
  const model = { ...spec.model, weights: undefined }
  return sha256(canonicalJson({ ...spec, data, model, run: undefined }))
}

/** The identity of a run's result: equal keys mean equal bits on the same processor features. */
export function resultKey(
  spec: RunSpec,
  facts: { data: string; atelier: string; engine: string; modules?: readonly string[] },
): string {
  return sha256(canonicalJson({ spec: specHash(spec), ...facts, threads: spec.engine.threads }))
}
