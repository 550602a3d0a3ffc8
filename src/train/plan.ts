import type { LayersModel } from '@tensorflow/tfjs-layers'
import { availableParallelism } from 'node:os'
import { AppError } from '../core/errors.js'
import { Random } from '../core/random.js'
import { isActive } from '../data/augment/augmentation.js'
import type { DataContext, DataSet } from '../data/data-set.js'
import { openData } from '../data/datasets.js'
import { labelsOf, mapLabels, type Labels } from '../data/labels.js'
import { pixelStatistics } from '../data/pixel-statistics.js'
import { splitTraining, type Split } from '../data/split.js'
import { resolveEngine } from '../engine/engines.js'
import { buildModel } from '../model/models.js'
import { milestones } from '../model/schedules.js'
import type {
  Fail,
  Metric,
  ResolvedData,
  ResolvedModel,
  ResolvedTrainer,
  RunSpec,
} from '../spec/run-spec.js'
import type { ModelConfig, NormalizationConfig, TrainConfig } from '../spec/types.gen.js'

/** Everything a run needs, opened and checked before anything is written. */
export interface Plan {
  readonly spec: RunSpec
  readonly data: DataSet
  readonly labels: Labels
  readonly split: Split
  /** The network with its initial weights. */
  readonly model: LayersModel
  readonly engineReason: string
  readonly warnings: readonly string[]
}

/** Opens the data, derives what the config leaves open, refuses what cannot work, and freezes the spec. */
export async function planRun(
  config: TrainConfig,
  fail: Fail,
  context: DataContext,
  open = openData,
): Promise<Plan> {
  const data = await open(config.data, context)
  const labels = located(fail, 'labels', () => mapLabels(config.labels, data.classes))
  const groups = labelsOf(labels, data.splits.train.labels)
  const split = located(fail, 'split.val_size', () => splitTraining(groups, config.split))
  const { reason, ...engine } = await resolveEngine(config.engine)
  const spec: RunSpec = {
    ...config,
    data: resolveData(config),
    normalization: resolveNormalization(config.normalization, data, split, fail),
    model: resolveModel(config.model, data, labels, fail),
    trainer: resolveTrainer(config, split, fail),
    engine,
  }
  checkOptimizer(spec, fail)
  checkBatches(spec, split, fail)
  return {
    spec,
    data,
    labels,
    split,
    model: located(fail, 'model', () => buildModel(spec.model, new Random(spec.seed))),
    engineReason: reason,
    warnings: located(fail, 'scheduler', () => scheduleWarnings(spec)),
  }
}

/** Gives an error from a layer that knows nothing of config files the place of the section it is about. */
function located<T>(fail: Fail, path: string, derive: () => T): T {
  try {
    return derive()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, message, hint, suggestions, details } = error
    throw fail(path, message, { code, suggestions, details, ...(hint !== undefined && { hint }) })
  }
}

/** Without augmentation a batch is made faster than it is handed over; with it, workers keep the engine busy. */
function resolveData({ data, augmentation }: TrainConfig): ResolvedData {
  if (data.num_workers !== 'auto') return { ...data, num_workers: data.num_workers }
  const num_workers = isActive(augmentation) ? Math.min(2, availableParallelism()) : 0
  return { ...data, num_workers }
}

/** Statistics of the training images alone, where a normalization asks for them. */
function resolveNormalization(
  normalization: NormalizationConfig,
  data: DataSet,
  split: Split,
  fail: Fail,
): NormalizationConfig {
  const channels = data.shape[2]
  if (normalization.name === 'imagenet' && channels !== 3) {
    throw fail(
      'normalization',
      `normalization=imagenet is for three channels; the images have ${channels}`,
      { code: 'config_conflict', hint: 'Set data.channels=rgb, or use dataset_standardize.' },
    )
  }
  if (normalization.name !== 'dataset_standardize') return normalization
  const { mean, std } = normalization
  if (mean === null && std === null) {
    return { ...normalization, ...pixelStatistics(data.splits.train, split.train) }
  }
  if (mean?.length === channels && std?.length === channels) return normalization
  throw fail(
    'normalization',
    `normalization.mean and normalization.std need one number for each of ${channels} channels`,
    {
      code: 'config_conflict',
      hint: 'Leave both out (null) to have them taken from the training images.',
    },
  )
}

function resolveModel(
  model: ModelConfig,
  data: DataSet,
  labels: Labels,
  fail: Fail,
): ResolvedModel {
  const [height, width, channels] = data.shape
  const derived = {
    num_classes: labels.names.length,
    in_channels: channels,
    image_size: [height, width] as [number, number],
  }
  for (const [key, value] of Object.entries(derived)) {
    const given = model[key as keyof typeof derived]
    if (given !== null && JSON.stringify(given) !== JSON.stringify(value)) {
      throw fail(
        `model.${key}`,
        `model.${key} is ${JSON.stringify(given)}, but the data and labels make it ${JSON.stringify(value)}`,
        { code: 'config_conflict', hint: `Leave model.${key} out (null) to have it derived.` },
      )
    }
  }
  return { ...model, ...derived, cache_features: false }
}

function resolveTrainer(config: TrainConfig, split: Split, fail: Fail): ResolvedTrainer {
  const { trainer } = config
  const validated = split.val.length > 0
  if (!validated && trainer.early_stopping.patience !== null) {
    throw fail('trainer.early_stopping.patience', 'Early stopping needs a validation split', {
      code: 'config_conflict',
      hint: 'Set split.val_size above 0, or trainer.early_stopping.patience=null.',
    })
  }
  const { monitor: wanted, mode } = trainer.checkpoint
  const monitor: Metric = wanted === 'auto' ? (validated ? 'val_loss' : 'train_loss') : wanted
  if (!validated && monitor.startsWith('val_')) {
    throw fail(
      'trainer.checkpoint.monitor',
      `${monitor} does not exist without a validation split`,
      {
        code: 'config_conflict',
        hint: 'Monitor train_loss, or set split.val_size above 0.',
      },
    )
  }
  const natural = monitor.endsWith('loss') ? 'min' : 'max'
  return {
    ...trainer,
    checkpoint: { ...trainer.checkpoint, monitor, mode: mode === 'auto' ? natural : mode },
  }
}

function checkOptimizer({ optimizer }: RunSpec, fail: Fail): void {
  if (optimizer.name === 'sgd' && optimizer.nesterov && optimizer.momentum === 0) {
    throw fail('optimizer.nesterov', 'Nesterov momentum needs optimizer.momentum above 0', {
      code: 'config_conflict',
    })
  }
}

function checkBatches({ data, model }: RunSpec, split: Split, fail: Fail): void {
  const count = split.train.length
  const normalized = model.name === 'cnn' && model.batch_norm
  if (normalized && data.last_batch === 'keep' && count % data.batch_size === 1) {
    throw fail(
      'data.batch_size',
      `The last batch of ${count} images would hold one image, which batch normalization cannot use`,
      { code: 'config_conflict', hint: 'Set data.last_batch=drop or another data.batch_size.' },
    )
  }
}

function scheduleWarnings({ scheduler, trainer }: RunSpec): string[] {
  return milestones(scheduler)
    .filter((epoch) => epoch >= trainer.epochs)
    .map(
      (epoch) =>
        `milestone ${epoch} is never reached: training ends after ${trainer.epochs} epochs`,
    )
}
