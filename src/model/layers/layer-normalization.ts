import type { Tensor } from '@tensorflow/tfjs-core'
import { initializers, layers, type LayerVariable } from '@tensorflow/tfjs-layers'
import { layerNormalization } from '../operations/layer-normalization.js'
import { onlyInput } from './only-input.js'

/** Layer normalization over the last axis, as PyTorch defines it. It saves as tfjs' own LayerNormalization. */
export class LayerNormalization extends layers.Layer {
  static readonly className = 'LayerNormalization'
  readonly #epsilon: number
  #gamma!: LayerVariable
  #beta!: LayerVariable

  constructor(config: { name: string; epsilon: number }) {
    super({ name: config.name })
    this.#epsilon = config.epsilon
  }

  override build(inputShape: (number | null)[]): void {
    const shape = [inputShape.at(-1) as number]
    this.#gamma = this.addWeight('gamma', shape, 'float32', initializers.ones())
    this.#beta = this.addWeight('beta', shape, 'float32', initializers.zeros())
    this.built = true
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [scale, offset] = [this.#gamma.read(), this.#beta.read()]
    const input = onlyInput(inputs)
    return layerNormalization(input, scale.shape, { scale, offset, epsilon: this.#epsilon })
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    return { ...super.getConfig(), axis: -1, epsilon: this.#epsilon }
  }
}
