import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import { initializers, layers, type LayerVariable } from '@tensorflow/tfjs-layers'
import { AppError } from '../../core/errors.js'
import {
  blendStatistics,
  normalizeBatch,
  normalizeBy,
  valuesPerChannel,
} from '../operations/batch-normalization.js'
import { onlyInput } from './only-input.js'

const momentum = 0.1
const epsilon = 1e-5

/**
 * Batch normalization over all axes but the last, as PyTorch defines it: momentum 0.1, eps 1e-5, batch statistics with
 * the biased variance, running variance with the unbiased one. A frozen one keeps to its running statistics. It saves as
 * tfjs' own BatchNormalization.
 */
export class BatchNormalization extends layers.Layer {
  static readonly className = 'BatchNormalization'
  #gamma!: LayerVariable
  #beta!: LayerVariable
  #movingMean!: LayerVariable
  #movingVariance!: LayerVariable

  constructor(config: { name: string }) {
    super({ name: config.name })
  }

  override build(inputShape: (number | null)[]): void {
    const shape = [inputShape.at(-1) as number]
    const [ones, zeros] = [initializers.ones(), initializers.zeros()]
    this.#gamma = this.addWeight('gamma', shape, 'float32', ones)
    this.#beta = this.addWeight('beta', shape, 'float32', zeros)
    this.#movingMean = this.addWeight('moving_mean', shape, 'float32', zeros, undefined, false)
    this.#movingVariance = this.addWeight(
      'moving_variance',
      shape,
      'float32',
      ones,
      undefined,
      false,
    )
    this.built = true
  }

  override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor {
    const input = onlyInput(inputs)
    const affine = { scale: vector(this.#gamma), offset: vector(this.#beta), epsilon }
    const running = { mean: vector(this.#movingMean), variance: vector(this.#movingVariance) }
    if (kwargs['training'] !== true || !this.trainable) return normalizeBy(input, running, affine)
    const count = valuesPerChannel(input)
    if (count < 2) throw tooFewValues(this.name)
    const { output, statistics } = normalizeBatch(input, affine)
    const { mean, variance } = blendStatistics(running, statistics, { momentum, count })
    this.#movingMean.write(mean)
    this.#movingVariance.write(variance)
    return output
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    return { ...super.getConfig(), axis: -1, momentum: 1 - momentum, epsilon }
  }
}

function vector(variable: LayerVariable): Tensor1D {
  return variable.read() as Tensor1D
}

function tooFewValues(layer: string): AppError {
  return new AppError(
    'config_conflict',
    `${layer} cannot normalize a batch of one value a channel`,
    {
      hint: 'Use data.last_batch=drop or another data.batch_size.',
    },
  )
}
