import type { Tensor } from '@tensorflow/tfjs-core'
import { initializers, layers, type LayerVariable } from '@tensorflow/tfjs-layers'
import { multiHeadAttention } from '../operations/attention.js'
import { onlyInput } from './only-input.js'

/** PyTorch's MultiheadAttention of a sequence [batch, length, width] with itself. tfjs has no such layer. */
export class SelfAttention extends layers.Layer {
  static readonly className = 'SelfAttention'
  readonly #heads: number
  #inKernel!: LayerVariable
  #inBias!: LayerVariable
  #outKernel!: LayerVariable
  #outBias!: LayerVariable

  constructor(config: { name: string; heads: number }) {
    super({ name: config.name })
    this.#heads = config.heads
  }

  /** The state_dict names of the weights. */
  get torchNames(): Readonly<Record<string, string>> {
    return {
      in_proj_kernel: `${this.name}.in_proj_weight`,
      in_proj_bias: `${this.name}.in_proj_bias`,
      out_proj_kernel: `${this.name}.out_proj.weight`,
      out_proj_bias: `${this.name}.out_proj.bias`,
    }
  }

  override build(inputShape: (number | null)[]): void {
    const width = inputShape.at(-1) as number
    const zeros = initializers.zeros()
    this.#inKernel = this.addWeight('in_proj_kernel', [width, 3 * width], 'float32', zeros)
    this.#inBias = this.addWeight('in_proj_bias', [3 * width], 'float32', zeros)
    this.#outKernel = this.addWeight('out_proj_kernel', [width, width], 'float32', zeros)
    this.#outBias = this.addWeight('out_proj_bias', [width], 'float32', zeros)
    this.built = true
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return multiHeadAttention(onlyInput(inputs), {
      heads: this.#heads,
      inKernel: this.#inKernel.read(),
      inBias: this.#inBias.read(),
      outKernel: this.#outKernel.read(),
      outBias: this.#outBias.read(),
    }).output
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    return { ...super.getConfig(), heads: this.#heads }
  }
}
