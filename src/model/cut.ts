import {
  input,
  model as modelOf,
  type layers,
  type LayersModel,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers'
import { dropoutLayers } from './dropout-masks.js'

/** A model in two parts over the same weights: what training leaves as it is, and what it changes. */
export interface SplitModel {
  /** Images in, features out. It owns no weights: do not dispose of it. */
  readonly features: LayersModel
  /** Features in, logits out. Dispose of it before the whole model. */
  readonly head: LayersModel
}

/**
 * The last value through which everything goes that is trained or random, or null when there is none behind a
 * layer with weights: before it, a training step computes the same from an image whenever it meets it.
 */
export function cutOf(model: LayersModel): SymbolicTensor | null {
  const random = new Set<layers.Layer>(dropoutLayers(model))
  const after = new Set<layers.Layer>()
  for (const layer of model.layers) {
    const isLive = random.has(layer) || (layer.trainable && layer.weights.length > 0)
    if (isLive || inputsOf(layer).some(({ sourceLayer }) => after.has(sourceLayer)))
      after.add(layer)
  }
  const crossing = new Set(
    [...after].flatMap(inputsOf).filter(({ sourceLayer }) => !after.has(sourceLayer)),
  )
  const [cut, second] = crossing
  const isWorthIt = model.layers.some((layer) => !after.has(layer) && layer.weights.length > 0)
  return cut === undefined || second !== undefined || !isWorthIt ? null : cut
}

/** Splits a model at its cut: the layers behind it are applied a second time, to an input of its shape. */
export function splitAt(model: LayersModel, cut: SymbolicTensor): SplitModel {
  const start = input({ shape: cut.shape.slice(1), name: 'features' })
  const values = new Map<SymbolicTensor, SymbolicTensor>([[cut, start]])
  for (const layer of model.layers) {
    const inputs = inputsOf(layer)
    if (!inputs.every((tensor) => values.has(tensor))) continue
    const given = inputs.map((tensor) => values.get(tensor) as SymbolicTensor)
    const [only] = given
    const result = layer.apply(given.length === 1 && only !== undefined ? only : given)
    values.set(outputOf(layer), result as SymbolicTensor)
  }
  const logits = values.get(model.outputs[0] as SymbolicTensor) as SymbolicTensor
  return {
    features: modelOf({ inputs: model.inputs, outputs: cut, name: `${model.name}_features` }),
    head: modelOf({ inputs: start, outputs: logits, name: `${model.name}_head` }),
  }
}

/** What a layer was first applied to: in the whole model. */
function inputsOf(layer: layers.Layer): SymbolicTensor[] {
  return [layer.getInputAt(0)].flat()
}

function outputOf(layer: layers.Layer): SymbolicTensor {
  return layer.getOutputAt(0) as SymbolicTensor
}
