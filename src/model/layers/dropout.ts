import { mul, type Tensor } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import { onlyInput } from './only-input.js'

/**
 * Dropout whose mask comes from outside: `model.apply(x, { training: true, masks })` with one mask per layer name,
 * holding 0 or 1 / (1 - rate). A frozen one does nothing. It saves as tfjs' own Dropout, which infers the same.
 */
export class Dropout extends layers.Layer {
  static readonly className = 'Dropout'
  readonly rate: number

  constructor(config: { name: string; rate: number }) {
    super({ name: config.name })
    this.rate = config.rate
  }

  /** The shape of the mask of a batch. */
  maskShape(count: number): number[] {
    return [count, ...(this.outputShape as number[]).slice(1)]
  }

  override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor {
    const input = onlyInput(inputs)
    const active = kwargs['training'] === true && this.trainable
    return active ? mul(input, this.#mask(kwargs)) : input
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    return { ...super.getConfig(), rate: this.rate }
  }

  #mask(kwargs: Record<string, unknown>): Tensor {
    const mask = (kwargs['masks'] as Record<string, Tensor> | undefined)?.[this.name]
    if (mask === undefined) throw new Error(`no dropout mask was passed for layer ${this.name}`)
    return mask
  }
}
