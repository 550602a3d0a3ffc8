import { layers } from '@tensorflow/tfjs-layers'
import type { Architecture, ConfigOf } from './architecture.js'
import { chain, dropout, imageInput, linear, network } from './blocks.js'
import { pytorchDefault } from './weight-distributions.js'

/** Dense layers with ReLU between them; by default the 784-128-10 network of the Keras tutorial. */
export const mlp: Architecture<ConfigOf<'mlp'>> = {
  build(config) {
    const image = imageInput(config)
    let x = chain(image, layers.flatten({ name: 'flatten' }))
    for (const [index, units] of config.hidden.entries()) {
      x = chain(x, hidden(index + 1, units), ...dropout(`dropout_${index + 1}`, config.dropout))
    }
    return network(config, image, chain(x, linear('classifier', config.num_classes)))
  },
  pytorch: pytorchDefault,
}

function hidden(number: number, units: number): layers.Layer {
  const name = `dense_${number}`
  return layers.dense({ name, units, activation: 'relu', kernelInitializer: 'zeros' })
}
