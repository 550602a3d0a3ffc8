import {
  input,
  layers,
  model,
  type LayersModel,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers'
import { AppError } from '../core/errors.js'
import { BatchNormalization } from './layers/batch-normalization.js'
import { Dropout } from './layers/dropout.js'
import type { ConfigOf } from './architecture.js'

/**
 * Blocks of 3x3 convolution, batch normalization, ReLU and 2x2 pooling, then a dense layer and the classifier. With max
 * pooling the ReLU comes after it: both are monotone, so values and gradients are the same, for a quarter of the work.
 */
export function cnn(config: ConfigOf<'cnn'>): LayersModel {
  checkDepth(config)
  const image = input({ shape: [...config.image_size, config.in_channels], name: 'image' })
  let x: SymbolicTensor = image
  for (const [index, filters] of config.widths.entries()) x = block(x, index + 1, filters, config)
  x = layers.flatten({ name: 'flatten' }).apply(x) as SymbolicTensor
  x = layers
    .dense({ name: 'dense', units: config.dense, activation: 'relu', kernelInitializer: 'zeros' })
    .apply(x) as SymbolicTensor
  if (config.dropout > 0) {
    x = new Dropout({ name: 'dropout', rate: config.dropout }).apply(x) as SymbolicTensor
  }
  const logits = layers
    .dense({ name: 'classifier', units: config.num_classes, kernelInitializer: 'zeros' })
    .apply(x) as SymbolicTensor
  return model({ inputs: image, outputs: logits, name: 'cnn' })
}

function block(
  input: SymbolicTensor,
  number: number,
  filters: number,
  config: ConfigOf<'cnn'>,
): SymbolicTensor {
  const convolution = layers.conv2d({
    name: `conv_${number}`,
    filters,
    kernelSize: 3,
    padding: 'same',
    useBias: !config.batch_norm,
    kernelInitializer: 'zeros',
  })
  const norm = config.batch_norm ? [new BatchNormalization({ name: `norm_${number}` })] : []
  const relu = layers.reLU({ name: `relu_${number}` })
  const tail =
    config.pooling === 'max'
      ? [layers.maxPooling2d({ name: `pool_${number}`, poolSize: 2 }), relu]
      : [relu, layers.averagePooling2d({ name: `pool_${number}`, poolSize: 2 })]
  return [convolution, ...norm, ...tail].reduce(
    (x, layer) => layer.apply(x) as SymbolicTensor,
    input,
  )
}

function checkDepth(config: ConfigOf<'cnn'>): void {
  const most = Math.floor(Math.log2(Math.min(...config.image_size)))
  if (config.widths.length <= most) return
  const [height, width] = config.image_size
  throw new AppError(
    'config_conflict',
    `model.widths has ${config.widths.length} blocks, but images of ${height}x${width} can be halved only ${most} times`,
    { hint: 'Use fewer blocks.' },
  )
}
