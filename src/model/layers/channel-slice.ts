import { slice, type Tensor } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import { onlyInput } from './only-input.js'

type Sizes = [null, number, number, number]

/** Some neighbouring channels of images [batch, height, width, channels]. */
export class ChannelSlice extends layers.Layer {
  static readonly className = 'ChannelSlice'
  readonly #start: number
  readonly #count: number

  constructor(config: { name: string; start: number; count: number }) {
    super({ name: config.name })
    this.#start = config.start
    this.#count = config.count
  }

  override computeOutputShape([, height, width]: Sizes): Sizes {
    return [null, height, width, this.#count]
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const input = onlyInput(inputs)
    const size = [...input.shape.slice(0, -1), this.#count]
    return slice(input, [0, 0, 0, this.#start], size)
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    return { ...super.getConfig(), start: this.#start, count: this.#count }
  }
}
