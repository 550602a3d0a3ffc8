import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { AppError } from '../core/errors.js'
import { Random } from '../core/random.js'
import { isActive } from '../data/augment/augmentation.js'
import { isMixed } from '../data/mix.js'
import type { DataContext, DataSet } from '../data/data-set.js'
import type { Labels } from '../data/labels.js'
import { cutOf } from '../model/cut.js'
import { freeze } from '../model/freeze.js'
import { buildModel } from '../model/models.js'
import { describeWeights } from '../model/pretrained/apply.js'
import type { Fail, ResolvedModel } from '../spec/run-spec.js'
import type { ModelConfig, TrainConfig } from '../spec/types.gen.js'
import { located } from './located.js'
import { loadPretrained, type Pretrained } from './pretrained.js'

/** A network with its first weights, its frozen layers marked, and the config that makes it again. */
export interface PlannedModel {
  readonly config: ResolvedModel
  readonly model: LayersModel
  readonly pretrained: Pretrained
  readonly frozenParameters: number
  /** Lines for people. */
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

/** Gives a model the weights it starts from. */
export type LoadWeights = (
  model: LayersModel,
  config: ModelConfig,
  runRoot: string,
  context: DataContext,
) => Promise<Pretrained>

/** More cached features than this are neither kept in memory nor written. */
const mostFeatureBytes = 2 ** 31 - 1

/** Builds the network for the data and labels, loads its weights, freezes layers, and decides about cached features. */
export async function planModel(
  { model: config, seed, run, augmentation }: TrainConfig,
  data: DataSet,
  labels: Labels,
  fail: Fail,
  context: DataContext,
  load: LoadWeights = loadPretrained,
): Promise<PlannedModel> {
  const sized = resolveSizes(config, data, labels, fail)
  const model = await located(fail, 'model', () => buildModel(sized, new Random(seed)))
  const pretrained = await located(fail, 'model.weights', () =>
    load(model, sized, run.root, context),
  )
  await located(fail, 'model.freeze', () => freeze(model, sized.freeze))
  const changes = isActive(augmentation) || isMixed(augmentation)
  const isCached = await located(fail, 'model.cache_features', () =>
    cachesFeatures(sized, model, data.splits.train.count, changes),
  )
  const frozenParameters = countFrozen(model)
  return {
    config: { ...sized, ...pretrained.resolved, cache_features: isCached },
    model,
    pretrained,
    frozenParameters,
    notes: [
      ...weightNotes(pretrained, sized),
      ...(frozenParameters > 0
        ? [`frozen: ${frozenParameters} of ${model.countParams()} parameters`]
        : []),
    ],
    warnings: weightWarnings(pretrained),
  }
}

function resolveSizes(
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
  return { ...model, ...derived } as ResolvedModel
}

function cachesFeatures(
  config: ModelConfig,
  model: LayersModel,
  images: number,
  isAugmented: boolean,
): boolean {
  if (config.cache_features === false) return false
  const cut = isAugmented ? null : cutOf(model)
  const obstacle = isAugmented
    ? augmented()
    : cut === null
      ? nothingToCache(config)
      : tooMuch(cut, images)
  if (obstacle === null) return true
  if (config.cache_features === 'auto') return false
  throw obstacle
}

function augmented(): AppError {
  return new AppError(
    'config_conflict',
    'Features of augmented images differ from epoch to epoch, so that they cannot be cached',
    { hint: 'Set augmentation=none or model.cache_features=false.' },
  )
}

function nothingToCache({ freeze }: ModelConfig): AppError {
  return new AppError(
    'config_conflict',
    freeze === 'none'
      ? 'There are no features to cache when nothing is frozen'
      : 'What is trained or random begins at the image, so that no features can be cached',
    { hint: 'model.freeze=backbone makes every layer before the classifier cacheable.' },
  )
}

function tooMuch(cut: SymbolicTensor, images: number): AppError | null {
  const shape = cut.shape.slice(1) as number[]
  const bytes = shape.reduce((product, size) => product * size, 4 * images)
  if (bytes <= mostFeatureBytes) return null
  return new AppError(
    'config_conflict',
    `The features of ${images} images of ${shape.join('x')} would take ${(bytes / 1e9).toFixed(1)} GB, too many to cache`,
    { hint: 'Set model.cache_features=false.' },
  )
}

function countFrozen(model: LayersModel): number {
  return model.layers
    .filter(({ trainable }) => !trainable)
    .flatMap(({ weights }) => weights)
    .reduce((total, { shape }) => total + (shape as number[]).reduce((a, b) => a * b, 1), 0)
}

function weightNotes({ resolved, report }: Pretrained, { num_classes }: ResolvedModel): string[] {
  if (report === null) return []
  return [`weights: ${resolved.weights}: ${describeWeights(report, num_classes)}`]
}

function weightWarnings({ resolved, report }: Pretrained): string[] {
  const names = report === null ? [] : report.left_over
  if (names.length === 0) return []
  const shown = names.length > 5 ? [...names.slice(0, 5), '…'] : names
  return [
    `${names.length} tensors of ${resolved.weights} have no place in the model: ${shown.join(', ')}`,
  ]
}
