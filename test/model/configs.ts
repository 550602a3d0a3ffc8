import type { ConfigOf } from '../../src/model/architecture.js'
import type { ResolvedLoss } from '../../src/spec/run-spec.js'

/** The default MLP for 28x28 grey images of ten classes; tests change what they are about. */
export function mlpConfig(changes: Partial<ConfigOf<'mlp'>> = {}): ConfigOf<'mlp'> {
  return {
    name: 'mlp',
    hidden: [128],
    dropout: 0,
    init: 'keras',
    num_classes: 10,
    in_channels: 1,
    image_size: [28, 28],
    weights: 'random',
    weights_sha256: null,
    freeze: 'none',
    cache_features: false,
    ...changes,
  }
}

/** The default CNN for 28x28 grey images of ten classes. */
export function cnnConfig(changes: Partial<ConfigOf<'cnn'>> = {}): ConfigOf<'cnn'> {
  return {
    name: 'cnn',
    widths: [32, 64],
    dense: 128,
    batch_norm: true,
    pooling: 'max',
    dropout: 0.5,
    init: 'pytorch',
    num_classes: 10,
    in_channels: 1,
    image_size: [28, 28],
    weights: 'random',
    weights_sha256: null,
    freeze: 'none',
    cache_features: false,
    ...changes,
  }
}

/** A CNN small enough for plain JavaScript. */
export function tinyCnnConfig(changes: Partial<ConfigOf<'cnn'>> = {}): ConfigOf<'cnn'> {
  return cnnConfig({
    widths: [3, 4],
    dense: 8,
    num_classes: 4,
    in_channels: 2,
    image_size: [8, 8],
    ...changes,
  })
}

/** Plain cross entropy: no class weights, no smoothing, nothing ignored. */
export const plainCrossEntropy: ResolvedLoss = {
  name: 'cross_entropy',
  class_weights: 'none',
  label_smoothing: 0,
  ignore_index: -100,
}
