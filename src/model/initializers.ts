import type { layers, LayersModel, LayerVariable } from '@tensorflow/tfjs-layers'
import type { Random } from '../core/random.js'
import { fillNormal } from './normal.js'
import { assignValues, variableOf } from './variables.js'
import type { Distribution, WeightDistributions, WeightFacts } from './weight-distributions.js'

const constantRoles = new Set(['gamma', 'beta', 'moving_mean', 'moving_variance'])

/** Draws the weights, each from its own stream `init/<weight name>`; those of normalization layers stay as built. */
export function initialize(
  model: LayersModel,
  distributions: WeightDistributions,
  random: Random,
): void {
  for (const layer of model.layers) {
    const weights = layer.weights.filter((weight) => !constantRoles.has(roleOf(layer, weight)))
    const kernel = weights.find((weight) => roleOf(layer, weight).endsWith('kernel')) ?? weights[0]
    for (const weight of weights) {
      const facts: WeightFacts = {
        layer: layer.name,
        role: roleOf(layer, weight),
        shape: weight.shape as number[],
        ...fansOf((weight.shape.length > 1 ? weight : kernel) as LayerVariable),
      }
      draw(weight, distributions(facts), random)
    }
  }
}

function roleOf(layer: layers.Layer, weight: LayerVariable): string {
  return weight.originalName.slice(layer.name.length + 1)
}

/** Fans of a kernel [in, out], [height, width, in, out] or, depthwise, [height, width, channels, multiplier]. */
function fansOf({ shape, originalName }: LayerVariable): { fanIn: number; fanOut: number } {
  const sizes = shape as number[]
  const [inputs, outputs] = sizes.slice(-2) as [number, number]
  const field = sizes.slice(0, -2).reduce((product, size) => product * size, 1)
  if (originalName.endsWith('/depthwise_kernel')) {
    return { fanIn: field, fanOut: field * inputs * outputs }
  }
  return { fanIn: field * inputs, fanOut: field * outputs }
}

function draw(weight: LayerVariable, distribution: Distribution, random: Random): void {
  const target = variableOf(weight)
  const values = new Float32Array(target.size)
  fill(values, distribution, random.fork(`init/${weight.originalName}`))
  assignValues(target, values)
}

function fill(values: Float32Array, distribution: Distribution, stream: Random): void {
  switch (distribution.kind) {
    case 'constant':
      values.fill(distribution.value)
      return
    case 'uniform':
      for (let i = 0; i < values.length; i++) {
        values[i] = (2 * stream.uniform() - 1) * distribution.bound
      }
      return
    case 'normal':
      fillNormal(values, distribution.deviation, stream)
  }
}
