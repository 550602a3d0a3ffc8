import type { Tensor } from '@tensorflow/tfjs-core'

/** The one input of a layer: tfjs hands over a tensor or a list of one. */
export function onlyInput(inputs: Tensor | Tensor[]): Tensor {
  return Array.isArray(inputs) ? (inputs[0] as Tensor) : inputs
}
