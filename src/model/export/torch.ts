import type { LayersModel } from '@tensorflow/tfjs-layers'
import { encodeSafetensors, type TensorData } from '../../core/safetensors.js'
import { torchWeights } from '../torch-names.js'

/**
 * A model's weights as a safetensors file that `load_state_dict` of the same torchvision model takes: its names, its
 * layouts, in the order of their names.
 */
export function encodeTorch(
  model: LayersModel,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const tensors = torchWeights(model).map((weight): [string, TensorData] => {
    const { name, shape, variable } = weight
    const data = weight.toTorch(variable.variable.dataSync<'float32'>())
    return [name, { dtype: 'float32', shape, data }]
  })
  return encodeSafetensors(new Map(tensors.sort(([a], [b]) => (a < b ? -1 : 1))), metadata)
}
