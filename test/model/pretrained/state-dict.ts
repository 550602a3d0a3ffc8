import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { TensorData } from '../../../src/core/safetensors.js'
import { torchWeights } from '../../../src/model/torch-names.js'

/** A model's weights as a PyTorch state_dict would have them, counters included. */
export function stateDict(model: LayersModel): Map<string, TensorData> {
  const tensors = new Map<string, TensorData>()
  for (const weight of torchWeights(model)) {
    const { name, shape } = weight
    const data = weight.toTorch(weight.variable.variable.dataSync<'float32'>())
    tensors.set(name, { dtype: 'float32', shape, data })
    if (!name.endsWith('.running_var')) continue
    const counter = name.replace('running_var', 'num_batches_tracked')
    tensors.set(counter, { dtype: 'int32', shape: [], data: Int32Array.of(7) })
  }
  return tensors
}
