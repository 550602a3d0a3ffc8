import { fill, tensor, variable, Variable, type Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-layers'

/** A variable with a name that is the same in every process: tfjs' own names are numbered per process. */
export interface NamedVariable {
  readonly name: string
  readonly variable: Variable
}

/** The tfjs variable behind a layer's weight. */
export function variableOf(weight: LayerVariable): Variable {
  const value: Tensor = weight.read()
  if (value instanceof Variable) return value as Variable
  throw new Error(`${weight.originalName} is not a variable`)
}

/** Every weight of a model, the running statistics included. */
export function weightsOf(model: LayersModel): NamedVariable[] {
  return model.weights.map(named)
}

/** The weights that have gradients. */
export function trainableWeightsOf(model: LayersModel): NamedVariable[] {
  return model.trainableWeights.map(named)
}

/** A new float32 variable that does not train, every element the same number. */
export function filledVariable(shape: number[], number: number): Variable {
  const start = fill(shape, number)
  const filled: Variable = variable(start, false)
  start.dispose()
  return filled
}

/** Overwrites a variable; the values are row-major and of its size. */
export function assignValues(variable: Variable, values: Float32Array | Int32Array): void {
  const value = tensor(values, variable.shape, variable.dtype)
  variable.assign(value)
  value.dispose()
}

function named(weight: LayerVariable): NamedVariable {
  return { name: weight.originalName, variable: variableOf(weight) }
}
