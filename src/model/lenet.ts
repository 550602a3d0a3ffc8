import { layers } from '@tensorflow/tfjs-layers'
import type { Architecture, ConfigOf } from './architecture.js'
import {
  chain,
  dropout,
  imageInput,
  linear,
  network,
  relu,
  requireImages,
  scaled,
} from './blocks.js'
import { Activation } from './layers/activation.js'
import { Convolution } from './layers/convolution.js'
import { pytorchDefault } from './weight-distributions.js'

/** LeNet-5 (LeCun et al., 1998) for 28x28 images, which its first convolution pads to 32x32. */
export const lenet: Architecture<ConfigOf<'lenet'>> = {
  build(config) {
    requireImages(config, 12, 'Use larger images, or model=mlp.')
    const image = imageInput(config)
    const activation = (name: string): layers.Layer =>
      config.activation === 'relu' ? relu(name) : new Activation({ name, kind: 'tanh' })
    const pooling = (name: string): layers.Layer =>
      config.pooling === 'max'
        ? layers.maxPooling2d({ name, poolSize: 2 })
        : layers.averagePooling2d({ name, poolSize: 2 })
    const [six, sixteen, first, second] = [6, 16, 120, 84].map((n) => scaled(n, config.width)) as [
      number,
      number,
      number,
      number,
    ]
    const logits = chain(
      image,
      new Convolution({ name: 'conv1', filters: six, size: 5, padding: 2, bias: true }),
      activation('act1'),
      pooling('pool1'),
      new Convolution({ name: 'conv2', filters: sixteen, size: 5, bias: true }),
      activation('act2'),
      pooling('pool2'),
      layers.flatten({ name: 'flatten' }),
      linear('fc1', first),
      activation('act3'),
      linear('fc2', second),
      activation('act4'),
      ...dropout('dropout', config.dropout),
      linear('fc3', config.num_classes),
    )
    return network(config, image, logits)
  },
  pytorch: pytorchDefault,
}
