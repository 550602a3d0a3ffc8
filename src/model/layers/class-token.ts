import { add, concat, zeros, type Tensor } from '@tensorflow/tfjs-core'
import { initializers, layers, type LayerVariable } from '@tensorflow/tfjs-layers'
import { onlyInput } from './only-input.js'

type Sizes = [null, number, number]

/** Puts one learned token in front of each sequence [batch, length, width]. */
export class ClassToken extends layers.Layer {
  static readonly className = 'ClassToken'
  #token!: LayerVariable

  constructor(config: { name: string }) {
    super({ name: config.name })
  }

  /** The state_dict names of the weights. */
  get torchNames(): Readonly<Record<string, string>> {
    return { token: this.name }
  }

  override build([, , width]: Sizes): void {
    this.#token = this.addWeight('token', [1, 1, width], 'float32', initializers.zeros())
    this.built = true
  }

  override computeOutputShape([, length, width]: Sizes): Sizes {
    return [null, length + 1, width]
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const input = onlyInput(inputs)
    const [batch = 1, , width = 1] = input.shape
    return concat([add(this.#token.read(), zeros([batch, 1, width])), input], 1)
  }
}
