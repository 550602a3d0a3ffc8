import {
  input,
  layers,
  model,
  type LayersModel,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers'
import { Dropout } from './layers/dropout.js'
import type { ConfigOf } from './architecture.js'

/** Dense layers with ReLU between them; by default the 784-128-10 network of the Keras tutorial. */
export function mlp(config: ConfigOf<'mlp'>): LayersModel {
  const image = input({ shape: [...config.image_size, config.in_channels], name: 'image' })
  let x = layers.flatten({ name: 'flatten' }).apply(image) as SymbolicTensor
  for (const [index, units] of config.hidden.entries()) {
    x = layers
      .dense({ name: `dense_${index + 1}`, units, activation: 'relu', kernelInitializer: 'zeros' })
      .apply(x) as SymbolicTensor
    if (config.dropout > 0) {
      x = new Dropout({ name: `dropout_${index + 1}`, rate: config.dropout }).apply(
        x,
      ) as SymbolicTensor
    }
  }
  const logits = layers
    .dense({ name: 'classifier', units: config.num_classes, kernelInitializer: 'zeros' })
    .apply(x) as SymbolicTensor
  return model({ inputs: image, outputs: logits, name: 'mlp' })
}
