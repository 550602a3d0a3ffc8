import { availableParallelism } from 'node:os'
import { isActive } from '../data/augment/augmentation.js'
import type { DataSet } from '../data/data-set.js'
import { pixelStatistics } from '../data/pixel-statistics.js'
import type { Split } from '../data/split/split.js'
import type { Fail, ResolvedData } from '../spec/run-spec.js'
import type { NormalizationConfig, TrainConfig } from '../spec/types.gen.js'

/** Without augmentation a batch is made faster than it is handed over; with it, workers keep the engine busy. */
export function resolveData({ data, augmentation }: TrainConfig): ResolvedData {
  if (data.num_workers !== 'auto') return { ...data, num_workers: data.num_workers }
  const num_workers = isActive(augmentation) ? Math.min(2, availableParallelism()) : 0
  return { ...data, num_workers }
}

/** Statistics of the training images alone, where a normalization asks for them. */
export function resolveNormalization(
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
