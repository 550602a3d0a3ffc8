import type { LayersModel } from '@tensorflow/tfjs-layers'
import { BatchNormalization } from './layers/batch-normalization.js'

/** Whether training normalizes by the statistics of the batch; frozen layers use the running ones. */
export function usesBatchStatistics(model: LayersModel): boolean {
  return model.layers.some((layer) => layer instanceof BatchNormalization && layer.trainable)
}
