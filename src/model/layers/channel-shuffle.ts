import type { Tensor } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import { takeAlong } from '../operations/take.js'
import { onlyInput } from './only-input.js'

/** Interleaves the channels of a number of groups: channel j of group g becomes channel j * groups + g. */
export class ChannelShuffle extends layers.Layer {
  static readonly className = 'ChannelShuffle'
  readonly #groups: number

  constructor(config: { name: string; groups: number }) {
    super({ name: config.name })
    this.#groups = config.groups
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const input = onlyInput(inputs)
    const channels = input.shape.at(-1) as number
    const groupSize = channels / this.#groups
    const order = Array.from(
      { length: channels },
      (_, index) => (index % this.#groups) * groupSize + Math.floor(index / this.#groups),
    )
    return takeAlong(input, input.rank - 1, order)
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    return { ...super.getConfig(), groups: this.#groups }
  }
}
