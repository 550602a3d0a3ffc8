import type { LayersModel } from '@tensorflow/tfjs-layers'
import { stepsPerEpoch } from '../data/batches.js'
import type { DataContext, DataSet } from '../data/data-set.js'
import { openData } from '../data/datasets.js'
import { labelsOf, mapLabels, type Labels } from '../data/labels.js'
import type { Split } from '../data/split/split.js'
import { resolveEngine } from '../engine/engines.js'
import { usesBatchStatistics } from '../model/batch-statistics.js'
import type { Fail, Metric, ResolvedTrainer, RunSpec } from '../spec/run-spec.js'
import type { TrainConfig } from '../spec/types.gen.js'
import { resolveLoss } from './class-weights.js'
import { located } from './located.js'
import { resolveData, resolveNormalization } from './plan-data.js'
import { planModel, type LoadWeights } from './plan-model.js'
import { checkAugmentation } from './plan-augmentation.js'
import { checkOptimizer } from './plan-optimizer.js'
import { planSchedule } from './plan-schedule.js'
import { splitData } from './plan-split.js'
import type { Pretrained } from './pretrained.js'

/** Everything a run needs, opened and checked before anything is written. */
export interface Plan {
  readonly spec: RunSpec
  readonly data: DataSet
  readonly labels: Labels
  readonly split: Split
  /** The network with its initial weights, its frozen layers marked. */
  readonly model: LayersModel
  readonly pretrained: Pretrained
  readonly frozenParameters: number
  readonly engineReason: string
  /** What the user may want to know of the weights, a line each. */
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Opens the data, builds the model with its first weights, derives what the config leaves open, refuses what cannot
 * work, and freezes the spec. Nothing is written but what is downloaded into the cache.
 */
export async function planRun(
  config: TrainConfig,
  fail: Fail,
  context: DataContext,
  open = openData,
  load?: LoadWeights,
): Promise<Plan> {
  const data = await open(config.data, context)
  const labels = await located(fail, 'labels', () => mapLabels(config.labels, data.classes))
  const groups = labelsOf(labels, data.splits.train.labels)
  const split = await located(fail, 'split', () => splitData(data, labels, config.split))
  const { reason, ...engine } = await resolveEngine(config.engine)
  const trained = await planModel(config, data, labels, fail, context, load)
  const trainLabels = split.train.map((index) => groups[index] as number)
  const { batch_size, last_batch } = config.data
  const steps = await located(fail, 'data.batch_size', () =>
    stepsPerEpoch(split.train.length, batch_size, last_batch),
  )
  checkAugmentation(config, fail)
  const { scheduler, warnings } = planSchedule(config, split, steps, fail)
  const spec: RunSpec = {
    ...config,
    data: resolveData(config),
    normalization: resolveNormalization(config.normalization, data, split, fail),
    model: trained.config,
    loss: resolveLoss(config.loss, labels.names, trainLabels, fail),
    scheduler,
    trainer: resolveTrainer(config, split, fail),
    engine,
  }
  await checkOptimizer(spec, trained.model, fail)
  checkBatches(spec, trained.model, split, fail)
  return {
    spec,
    data,
    labels,
    split,
    model: trained.model,
    pretrained: trained.pretrained,
    frozenParameters: trained.frozenParameters,
    engineReason: reason,
    notes: trained.notes,
    warnings: [...trained.warnings, ...warnings],
  }
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

function checkBatches({ data }: RunSpec, model: LayersModel, split: Split, fail: Fail): void {
  const count = split.train.length
  const normalized = usesBatchStatistics(model)
  if (normalized && data.last_batch === 'keep' && count % data.batch_size === 1) {
    throw fail(
      'data.batch_size',
      `The last batch of ${count} images would hold one image, which batch normalization cannot use`,
      { code: 'config_conflict', hint: 'Set data.last_batch=drop or another data.batch_size.' },
    )
  }
}
