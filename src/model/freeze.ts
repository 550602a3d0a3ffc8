import type { layers, LayersModel } from '@tensorflow/tfjs-layers'
import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'
import type { ModelConfig } from '../spec/types.gen.js'
import { headOf } from './head.js'

/**
 * Freezes layers: they have no gradient and no optimizer slots, and run in inference mode while the others train
 * (running statistics, no dropout), as in Keras. A pattern means the layers it matches and all below such a module.
 * `config_conflict` for a pattern that matches nothing, and when nothing would be left to train.
 */
export function freeze(model: LayersModel, which: ModelConfig['freeze']): void {
  if (which === 'none') return
  const chosen = which === 'backbone' ? backboneOf(model) : matching(model, which)
  if (!chosen.some(({ weights }) => weights.length > 0)) {
    throw new AppError('config_conflict', `${model.name} has no weights in the layers to freeze`)
  }
  for (const layer of chosen) layer.trainable = false
  if (model.trainableWeights.length > 0) return
  throw new AppError('config_conflict', 'All layers are frozen, so that nothing is left to train', {
    hint: 'model.freeze=backbone leaves the classifier to train.',
  })
}

/** Everything up to the last layer with weights before the classifier; pooling and dropout after it go with that. */
function backboneOf(model: LayersModel): layers.Layer[] {
  const head = headOf(model)
  const last = model.layers.findLastIndex((layer) => layer !== head && layer.weights.length > 0)
  return model.layers.slice(0, last + 1)
}

function matching(model: LayersModel, patterns: readonly string[]): layers.Layer[] {
  const tests = patterns.map((pattern) => ({ pattern, expression: expressionOf(pattern) }))
  for (const { pattern, expression } of tests) {
    if (!model.layers.some(({ name }) => expression.test(name))) throw unmatched(pattern, model)
  }
  return model.layers.filter(({ name }) => tests.some(({ expression }) => expression.test(name)))
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}(\\..*)?$`)
}

function unmatched(pattern: string, model: LayersModel): AppError {
  const names = model.layers.filter(({ weights }) => weights.length > 0).map(({ name }) => name)
  const modules = names.flatMap((name) => {
    const parts = name.split('.')
    return parts.map((_, index) => parts.slice(0, index + 1).join('.'))
  })
  return new AppError('config_conflict', `model.freeze: '${pattern}' matches no layer`, {
    suggestions: nearest(pattern.replace(/\.?\*$/, ''), new Set(modules)),
    hint: `The layers with weights are ${shorten(names)}.`,
  })
}

function shorten(names: readonly string[]): string {
  return names.length <= 8
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')}, … ${names.slice(-2).join(', ')}`
}
