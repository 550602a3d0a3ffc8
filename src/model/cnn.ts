import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { AppError } from '../core/errors.js'
import type { Architecture, ConfigOf } from './architecture.js'
import { chain, dropout, imageInput, linear, network, relu } from './blocks.js'
import { BatchNormalization } from './layers/batch-normalization.js'
import { pytorchDefault } from './weight-distributions.js'

/**
 * Blocks of 3x3 convolution, batch normalization, ReLU and 2x2 pooling, then a dense layer and the classifier. With max
 * pooling the ReLU comes after it: both are monotone, so values and gradients are the same, for a quarter of the work.
 */
export const cnn: Architecture<ConfigOf<'cnn'>> = {
  build(config) {
    checkDepth(config)
    const image = imageInput(config)
    let x = image
    for (const [index, filters] of config.widths.entries()) x = block(x, index + 1, filters, config)
    const { dense: units } = config
    const dense = { name: 'dense', units, activation: 'relu', kernelInitializer: 'zeros' } as const
    const logits = chain(
      x,
      layers.flatten({ name: 'flatten' }),
      layers.dense(dense),
      ...dropout('dropout', config.dropout),
      linear('classifier', config.num_classes),
    )
    return network(config, image, logits)
  },
  pytorch: pytorchDefault,
}

function block(
  x: SymbolicTensor,
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
  const activation = relu(`relu_${number}`)
  const tail =
    config.pooling === 'max'
      ? [layers.maxPooling2d({ name: `pool_${number}`, poolSize: 2 }), activation]
      : [activation, layers.averagePooling2d({ name: `pool_${number}`, poolSize: 2 })]
  return chain(x, convolution, ...norm, ...tail)
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
