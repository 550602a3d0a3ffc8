import type { LayersModel } from '@tensorflow/tfjs-layers'
import { encodeModel, type EncodedModel } from '../weights.js'
import { encodeGraphModel } from './graph-model.js'

/** A model for stock tfjs, and which of its two formats it took. */
export interface TfjsModel extends EncodedModel {
  readonly kind: 'layers-model' | 'graph-model'
  /** Why it is no LayersModel; null where it is one. */
  readonly reason: string | null
}

/** Saves a model for stock tfjs: as a LayersModel where stock layers suffice, else as a GraphModel. */
export function encodeTfjs(model: LayersModel, metadata: Record<string, unknown>): TfjsModel {
  const { modelJson, weights, obstacle } = encodeModel(model, metadata)
  if (obstacle === null) return { kind: 'layers-model', reason: null, modelJson, weights }
  return { kind: 'graph-model', reason: obstacle, ...encodeGraphModel(model, metadata, obstacle) }
}
