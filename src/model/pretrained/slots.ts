import type { layers, LayersModel } from '@tensorflow/tfjs-layers'
import { headOf } from '../head.js'
import { torchWeights } from '../torch-names.js'
import { weightsOf, type NamedVariable } from '../variables.js'

/** A weight of a model as a file has it: under the file's name, in the file's order of axes. */
export interface Slot {
  readonly name: string
  readonly shape: readonly number[]
  readonly variable: NamedVariable
  /** The axis over classes, in weights of the classifier. */
  readonly classAxis: number | null
  /** The axis over image channels, in the kernel of the first convolution. */
  readonly channelAxis: number | null
  /** Values in the file's order, in the order of the variable. */
  convert(values: Float32Array): Float32Array
}

/** A model's weights as PyTorch names and orders them: kernels are [out, in, height, width] or [out, in]. */
export function torchSlots(model: LayersModel): Slot[] {
  const { isHead, isStem } = rolesIn(model)
  return torchWeights(model).map((weight) => ({
    name: weight.name,
    shape: weight.shape,
    variable: weight.variable,
    classAxis: isHead(weight.variable) ? 0 : null,
    channelAxis: isStem(weight.variable) ? 1 : null,
    convert: (values) => weight.fromTorch(values),
  }))
}

/** A model's weights as tfjs names and orders them: kernels are [height, width, in, out] or [in, out]. */
export function tfjsSlots(model: LayersModel): Slot[] {
  const { isHead, isStem } = rolesIn(model)
  return weightsOf(model).map((variable) => {
    const { shape } = variable.variable
    return {
      name: variable.name,
      shape,
      variable,
      classAxis: isHead(variable) ? shape.length - 1 : null,
      channelAxis: isStem(variable) ? shape.length - 2 : null,
      convert: (values) => values,
    }
  })
}

function rolesIn(model: LayersModel) {
  const head = namesOf(headOf(model))
  const stem = model.weights.find(({ shape }) => shape.length === 4)?.originalName
  return {
    isHead: ({ name }: NamedVariable) => head.has(name),
    isStem: ({ name }: NamedVariable) => name === stem,
  }
}

function namesOf(layer: layers.Layer): Set<string> {
  return new Set(layer.weights.map(({ originalName }) => originalName))
}
