import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AppError } from '../core/errors.js'
import type { DataContext } from '../data/data-set.js'
import {
  applyTfjsWeights,
  applyTorchWeights,
  type WeightsReport,
} from '../model/pretrained/apply.js'
import { parseWeights } from '../model/pretrained/source.js'
import type { ModelConfig } from '../spec/types.gen.js'
import { readWeightsFrom } from './weights-file.js'

/** Where a model's first weights came from. */
export interface Pretrained {
  /** For the frozen spec: the source, and the hash of what was found there. */
  readonly resolved: Pick<ModelConfig, 'weights' | 'weights_sha256'>
  /** Null for random weights. */
  readonly report: WeightsReport | null
}

/** Puts the weights that `model.weights` names into a model; every way this can fail is an `AppError`. */
export async function loadPretrained(
  model: LayersModel,
  config: ModelConfig,
  runRoot: string,
  context: DataContext,
): Promise<Pretrained> {
  const { kind, place } = parseWeights(config.weights)
  if (kind === 'random') return random(config)
  const wanted = { sha256: config.weights_sha256, runRoot }
  const { weights, sha256, tensors } = await readWeightsFrom({ kind, place }, wanted, context)
  const isTorch = kind === 'safetensors' || kind === 'url'
  const report = isTorch
    ? applyTorchWeights(model, config.name, tensors)
    : applyTfjsWeights(model, tensors)
  return { resolved: { weights, weights_sha256: sha256 }, report }
}

function random({ weights, weights_sha256 }: ModelConfig): Pretrained {
  if (weights_sha256 !== null) {
    throw new AppError('config_conflict', 'Random weights have no model.weights_sha256', {
      hint: 'Name the weights with model.weights, or set model.weights_sha256=null.',
    })
  }
  return { resolved: { weights, weights_sha256 }, report: null }
}
