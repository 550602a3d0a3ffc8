import type { Tensor } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import { maxPooling } from '../operations/pooling.js'
import { onlyInput } from './only-input.js'
import { statedPadding, windowCount, type Padding } from './window-padding.js'

type Sizes = [null, number, number, number]

/**
 * The largest value of square windows, as PyTorch's MaxPool2d: padding in pixels on each side, and with `ceil` also
 * windows that hang over the bottom and right edge. Where tfjs' own MaxPooling2D pads alike it saves as that.
 */
export class MaxPooling extends layers.Layer {
  static readonly className = 'MaxPooling2D'
  readonly #window: { readonly size: number; readonly stride: number }
  readonly #padding: number
  readonly #ceil: boolean
  #inputSizes!: Sizes

  constructor(config: {
    name: string
    size: number
    stride: number
    padding?: number
    ceil?: boolean
  }) {
    super({ name: config.name })
    const { size, stride, padding = 0, ceil = false } = config
    this.#window = { size, stride }
    this.#padding = padding
    this.#ceil = ceil
  }

  override build(inputShape: Sizes): void {
    this.#inputSizes = inputShape
    this.built = true
  }

  override computeOutputShape([, height, width, channels]: Sizes): Sizes {
    const [rows, columns] = this.#paddingOf([height, width])
    const count = (size: number, sides: [number, number]): number =>
      windowCount(size, sides, this.#window)
    return [null, count(height, rows), count(width, columns), channels]
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return maxPooling(onlyInput(inputs), {
      ...this.#window,
      padding: this.#padding,
      ceil_mode: this.#ceil,
    })
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    const { size, stride } = this.#window
    const sizes = this.#inputSizes.slice(1, 3)
    return {
      ...super.getConfig(),
      poolSize: [size, size],
      strides: [stride, stride],
      padding: statedPadding(this.#paddingOf(sizes as number[]), sizes, this.#window),
    }
  }

  /** PyTorch drops an overhanging window that would start beyond the input and its leading padding. */
  #paddingOf(sizes: readonly number[]): Padding {
    const { size: width, stride } = this.#window
    return sizes.map((size) => {
      const room = size + 2 * this.#padding - width
      const rest = room - stride * Math.floor(room / stride)
      const overhang = this.#ceil && rest > 0 ? stride - rest : 0
      const lastStart = room + overhang
      const hangs = lastStart < size + this.#padding
      return [this.#padding, this.#padding + (hangs ? overhang : 0)]
    }) as Padding
  }
}
