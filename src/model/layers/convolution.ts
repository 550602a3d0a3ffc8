import type { Tensor } from '@tensorflow/tfjs-core'
import { initializers, layers, type LayerVariable } from '@tensorflow/tfjs-layers'
import { convolution } from '../operations/convolution.js'
import { onlyInput } from './only-input.js'
import { statedPadding, symmetric, windowCount } from './window-padding.js'

/** The settings of a convolution, as PyTorch's Conv2d takes them: padding in pixels on each side. */
export interface ConvolutionConfig {
  readonly name: string
  readonly filters: number
  readonly size: number
  readonly stride?: number
  readonly padding?: number
  readonly bias?: boolean
}

type Sizes = [null, number, number, number]

/**
 * Convolution of images [batch, height, width, channels] with square windows and symmetric padding, the kernel
 * [height, width, in, out]. Where tfjs' own Conv2D pads alike it saves as that; else `padding` holds the pixels.
 */
export class Convolution extends layers.Layer {
  static readonly className = 'Conv2D'
  readonly #config: Required<ConvolutionConfig>
  #inputSizes!: Sizes
  #kernel!: LayerVariable
  #bias: LayerVariable | undefined

  constructor(config: ConvolutionConfig) {
    super({ name: config.name })
    this.#config = { stride: 1, padding: 0, bias: false, ...config }
  }

  override build(inputShape: Sizes): void {
    const { size, filters, bias } = this.#config
    const zeros = initializers.zeros()
    this.#inputSizes = inputShape
    this.#kernel = this.addWeight('kernel', [size, size, inputShape[3], filters], 'float32', zeros)
    if (bias) this.#bias = this.addWeight('bias', [filters], 'float32', zeros)
    this.built = true
  }

  override computeOutputShape(inputShape: Sizes): Sizes {
    const { padding, filters } = this.#config
    const [height, width] = inputShape
      .slice(1, 3)
      .map((size) => windowCount(size as number, [padding, padding], this.#config))
    return [null, height as number, width as number, filters]
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const { stride, padding } = this.#config
    const bias = this.#bias?.read()
    return convolution(onlyInput(inputs), this.#kernel.read(), { stride, padding, bias })
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    const { filters, size, stride, padding, bias } = this.#config
    return {
      ...super.getConfig(),
      filters,
      kernelSize: [size, size],
      strides: [stride, stride],
      padding: statedPadding(symmetric(padding), this.#inputSizes.slice(1, 3), this.#config),
      useBias: bias,
    }
  }
}
