import type { layers, LayersModel, LayerVariable } from '@tensorflow/tfjs-layers'
import type { Random } from '../core/random.js'
import { lookUp } from '../core/table.js'
import type { ModelConfig } from '../spec/types.gen.js'
import { assignValues, variableOf } from './variables.js'

interface Fans {
  readonly in: number
  readonly out: number
}

/** Bounds of the uniform distribution that a layer's kernel and bias are drawn from; a bound of 0 means zeros. */
interface Initializer {
  kernel(fans: Fans): number
  bias(fans: Fans): number
}

/** keras: Glorot uniform, zero biases. pytorch: kaiming_uniform(a = sqrt 5), which is 1 / sqrt(fan in), for both. */
const initializers = {
  keras: { kernel: (fans) => Math.sqrt(6 / (fans.in + fans.out)), bias: () => 0 },
  pytorch: { kernel: (fans) => 1 / Math.sqrt(fans.in), bias: (fans) => 1 / Math.sqrt(fans.in) },
} satisfies Record<ModelConfig['init'], Initializer>

/** Draws kernels and biases; normalization layers keep the ones and zeros that they are built with. */
export function initialize(model: LayersModel, init: ModelConfig['init'], random: Random): void {
  const initializer = lookUp<Initializer>(initializers, init, 'initializer')
  for (const layer of model.layers) {
    const kernel = weightOf(layer, 'kernel')
    const bias = weightOf(layer, 'bias')
    if (kernel === undefined) continue
    const fans = fansOf(kernel.shape as number[])
    fillUniform(kernel, initializer.kernel(fans), random)
    if (bias !== undefined) fillUniform(bias, initializer.bias(fans), random)
  }
}

function weightOf(layer: layers.Layer, role: string): LayerVariable | undefined {
  return layer.weights.find(({ originalName }) => originalName === `${layer.name}/${role}`)
}

/** Fans of a kernel [in, out] or [height, width, in, out]. */
function fansOf(shape: readonly number[]): Fans {
  const [inputs, outputs] = shape.slice(-2) as [number, number]
  const field = shape.slice(0, -2).reduce((product, size) => product * size, 1)
  return { in: field * inputs, out: field * outputs }
}

function fillUniform(weight: LayerVariable, bound: number, random: Random): void {
  const stream = random.fork(`init/${weight.originalName}`)
  const target = variableOf(weight)
  const values = new Float32Array(target.size)
  if (bound > 0)
    for (let i = 0; i < values.length; i++) values[i] = (2 * stream.uniform() - 1) * bound
  assignValues(target, values)
}
