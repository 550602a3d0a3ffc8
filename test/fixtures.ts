import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { RunSpec } from '../src/spec/run-spec.js'
import { plainCrossEntropy } from './model/configs.js'
import type { AugmentationConfig } from '../src/spec/types.gen.js'

/** The built-in option that switches every transform off. */
export const noAugmentation = parse(
  readFileSync(new URL('../configs/augmentation/none.yaml', import.meta.url), 'utf8'),
) as AugmentationConfig
import { optimizerConfig } from './model/optimizer-configs.js'

/** A complete frozen spec of a small run; tests change what they are about. */
export function exampleSpec(changes: Partial<RunSpec> = {}): RunSpec {
  return {
    seed: 42,
    experiment: 'default',
    data: {
      name: 'synthetic_fashion',
      train_size: 200,
      test_size: 50,
      seed: 0,
      batch_size: 32,
      last_batch: 'keep',
      num_workers: 0,
      resize: { size: null, method: 'bilinear', fit: 'stretch' },
      channels: 'keep',
    },
    labels: { name: 'classes', exclude: [], rename: {}, aliases: {} },
    split: {
      method: 'random',
      val_size: 0.1,
      stratify: true,
      test_size: null,
      folds: 5,
      fold: 0,
      group: false,
      keep_duplicates_together: true,
      files: { train: null, val: null, test: null },
      seed: 42,
    },
    normalization: { name: 'rescale_255' },
    augmentation: noAugmentation,
    model: {
      name: 'mlp',
      hidden: [16],
      dropout: 0,
      init: 'keras',
      num_classes: 10,
      in_channels: 1,
      image_size: [28, 28],
      weights: 'random',
      weights_sha256: null,
      freeze: 'none',
      cache_features: false,
    },
    loss: plainCrossEntropy,
    optimizer: optimizerConfig('adam'),
    scheduler: { name: 'none' },
    trainer: {
      epochs: 2,
      accumulate: 1,
      gradient_clipping: { value: null, norm: null, norm_type: 2 },
      ema: { decay: null, warm_up: true },
      early_stopping: { patience: null, min_delta: 0 },
      checkpoint: { monitor: 'val_loss', mode: 'min', every: null },
    },
    engine: { name: 'onnxruntime', device: 'cpu', threads: 1 },
    run: { root: 'runs', tags: [], note: null },
    ...changes,
  }
}
