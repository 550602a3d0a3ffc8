import { reshape, slice, type Tensor } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import { onlyInput } from './only-input.js'

/** The first vector of each sequence: [batch, length, width] to [batch, width]. */
export class FirstToken extends layers.Layer {
  static readonly className = 'FirstToken'

  constructor(config: { name: string }) {
    super({ name: config.name })
  }

  override computeOutputShape([, , width]: [null, number, number]): [null, number] {
    return [null, width]
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const input = onlyInput(inputs)
    const [batch = 1, , width = 1] = input.shape
    return reshape(slice(input, [0, 0, 0], [batch, 1, width]), [batch, width])
  }
}
