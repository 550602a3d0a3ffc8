import { add, type Tensor } from '@tensorflow/tfjs-core'
import { initializers, layers, type LayerVariable } from '@tensorflow/tfjs-layers'
import { onlyInput } from './only-input.js'

/** Adds a learned vector to each position of sequences [batch, length, width]. */
export class PositionEmbedding extends layers.Layer {
  static readonly className = 'PositionEmbedding'
  #embedding!: LayerVariable

  constructor(config: { name: string }) {
    super({ name: config.name })
  }

  override build([, length, width]: [null, number, number]): void {
    const shape = [1, length, width]
    this.#embedding = this.addWeight('pos_embedding', shape, 'float32', initializers.zeros())
    this.built = true
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return add(onlyInput(inputs), this.#embedding.read())
  }
}
