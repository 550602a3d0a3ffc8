import type { Tensor } from '@tensorflow/tfjs-core'
import { initializers, layers, type LayerVariable } from '@tensorflow/tfjs-layers'
import { convolution } from '../operations/convolution.js'
import { onlyInput } from './only-input.js'
import { statedPadding, symmetric, windowCount } from './window-padding.js'

type Sizes = [null, number, number, number]

/**
 * Convolution of each channel by itself, without bias, the kernel [height, width, channels, 1]. Where tfjs' own
 * DepthwiseConv2D pads alike it saves as that; else `padding` holds the pixels.
 */
export class DepthwiseConvolution extends layers.Layer {
  static readonly className = 'DepthwiseConv2D'
  readonly #size: number
  readonly #stride: number
  readonly #padding: number
  #inputSizes!: Sizes
  #kernel!: LayerVariable

  constructor(config: { name: string; size: number; stride: number; padding: number }) {
    super({ name: config.name })
    this.#size = config.size
    this.#stride = config.stride
    this.#padding = config.padding
  }

  override build(inputShape: Sizes): void {
    this.#inputSizes = inputShape
    const shape = [this.#size, this.#size, inputShape[3], 1]
    this.#kernel = this.addWeight('depthwise_kernel', shape, 'float32', initializers.zeros())
    this.built = true
  }

  override computeOutputShape([, height, width, channels]: Sizes): Sizes {
    const count = (size: number): number =>
      windowCount(size, [this.#padding, this.#padding], this.#window())
    return [null, count(height), count(width), channels]
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return convolution(onlyInput(inputs), this.#kernel.read(), {
      stride: this.#stride,
      padding: this.#padding,
      groups: this.#inputSizes[3],
    })
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    const sizes = this.#inputSizes.slice(1, 3)
    return {
      ...super.getConfig(),
      kernelSize: [this.#size, this.#size],
      strides: [this.#stride, this.#stride],
      padding: statedPadding(symmetric(this.#padding), sizes, this.#window()),
      depthMultiplier: 1,
      useBias: false,
    }
  }

  #window(): { size: number; stride: number } {
    return { size: this.#size, stride: this.#stride }
  }
}
