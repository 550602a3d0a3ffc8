import {
  add,
  batchNorm,
  customGrad,
  mul,
  relu,
  rsqrt,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import { initializers, layers, type LayerVariable } from '@tensorflow/tfjs-layers'
import { AppError } from '../../core/errors.js'
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
    const [gamma, beta] = [vector(this.#gamma), vector(this.#beta)]
    if (kwargs['training'] !== true || !this.trainable) {
      const [mean, variance] = [vector(this.#movingMean), vector(this.#movingVariance)]
      return batchNorm(input, mean, variance, beta, gamma, epsilon)
    }
    const count = valuesPerChannel(input)
    if (count < 2) throw tooFewValues(this.name)
    const { mean, variance } = statistics(input, count)
    this.#movingMean.write(blend(vector(this.#movingMean), mean, 1))
    this.#movingVariance.write(blend(vector(this.#movingVariance), variance, count / (count - 1)))
    return normalize(input, gamma, beta, mean, variance)
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    return { ...super.getConfig(), axis: -1, momentum: 1 - momentum, epsilon }
  }
}

/** Mean and biased variance per channel, from the sums of x and x * x: one pass over the input for each. */
function statistics(input: Tensor, count: number): { mean: Tensor1D; variance: Tensor1D } {
  const axes = channelAxes(input)
  const mean = mul<Tensor1D>(sum<Tensor1D>(input, axes), 1 / count)
  const meanOfSquares = mul<Tensor1D>(sum<Tensor1D>(mul(input, input), axes), 1 / count)
  return { mean, variance: relu(sub<Tensor1D>(meanOfSquares, mul(mean, mean))) }
}

function blend(running: Tensor1D, batch: Tensor1D, correction: number): Tensor1D {
  return add(mul(running, 1 - momentum), mul(batch, momentum * correction))
}

/**
 * The normalized input, with the gradient in closed form: dx = a dy + b x + c with one a, b and c per channel, so that
 * nothing of the input's size is kept but the input itself.
 */
function normalize(
  input: Tensor,
  gamma: Tensor1D,
  beta: Tensor1D,
  mean: Tensor1D,
  variance: Tensor1D,
): Tensor {
  const operation = customGrad((...parts) => {
    const [x, scale, offset] = parts as unknown as [Tensor, Tensor1D, Tensor1D]
    const save = parts[3] as unknown as (tensors: Tensor[]) => void
    save([x, scale, mean, rsqrt(add(variance, epsilon))])
    return {
      value: batchNorm(x, mean, variance, offset, scale, epsilon),
      gradFunc: (upstream: Tensor, saved: Tensor[]) => gradients(upstream, saved),
    }
  })
  return operation(input, gamma, beta)
}

function gradients(upstream: Tensor, saved: Tensor[]): Tensor[] {
  const [x, gamma, mean, inverse] = saved as [Tensor, Tensor1D, Tensor1D, Tensor1D]
  const axes = channelAxes(x)
  const count = valuesPerChannel(x)
  const total = sum(upstream, axes)
  const totalProduct = sum(mul(upstream, x), axes)
  const gradientOfGamma = mul(sub(totalProduct, mul(mean, total)), inverse)
  const a = mul(gamma, inverse)
  const b = mul(mul(mul(a, gradientOfGamma), inverse), -1 / count)
  const c = sub(mul(mul(a, total), -1 / count), mul(b, mean))
  return [add(mul(upstream, a), add(mul(x, b), c)), gradientOfGamma, total]
}

function channelAxes(input: Tensor): number[] {
  return Array.from({ length: input.rank - 1 }, (_, axis) => axis)
}

function valuesPerChannel(input: Tensor): number {
  return input.size / (input.shape.at(-1) as number)
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
