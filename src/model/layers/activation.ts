import type { Tensor } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import { activations, type ActivationName } from '../operations/activations.js'
import { onlyInput } from './only-input.js'

/** What tfjs' own Activation layer calls the activations that it infers alike. */
const stockNames = {
  relu: 'relu',
  relu6: 'relu6',
  gelu: 'gelu',
  silu: 'swish',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
} satisfies Partial<Record<ActivationName, string>>

/** An activation as PyTorch computes it, also in its gradient. It saves as tfjs' own Activation. */
export class Activation extends layers.Layer {
  static readonly className = 'Activation'
  readonly #kind: keyof typeof stockNames

  constructor(config: { name: string; kind: keyof typeof stockNames }) {
    super({ name: config.name })
    this.#kind = config.kind
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return activations[this.#kind](onlyInput(inputs))
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    return { ...super.getConfig(), activation: stockNames[this.#kind] }
  }
}
