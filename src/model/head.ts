import type { layers, LayersModel } from '@tensorflow/tfjs-layers'

/** The classifier: the last layer with weights. Every architecture of the hub ends in one that makes the logits. */
export function headOf(model: LayersModel): layers.Layer {
  const head = model.layers.findLast(({ weights }) => weights.length > 0)
  if (head === undefined) throw new Error(`${model.name} has no weights`)
  return head
}
