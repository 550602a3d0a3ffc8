import {
  add,
  batchNorm,
  mul,
  onesLike,
  relu,
  rsqrt,
  sub,
  sum,
  zerosLike,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import { withGradient } from './own-gradient.js'

/** Mean and variance per channel, [C] each. */
export interface ChannelStatistics {
  readonly mean: Tensor1D
  readonly variance: Tensor1D
}

export interface BatchNormalizationOptions {
  /** [C], or nothing: no scaling. */
  readonly scale?: Tensor1D | undefined
  readonly offset?: Tensor1D | undefined
  readonly epsilon?: number
}

/** PyTorch's batch_norm in evaluation, on [...,C]: the statistics are given, and constants for the gradient. */
export function normalizeBy(
  x: Tensor,
  { mean, variance }: ChannelStatistics,
  { scale, offset, epsilon = 1e-5 }: BatchNormalizationOptions = {},
): Tensor {
  const shift = offset ?? zerosLike(mean)
  return batchNorm(x, mean, variance, shift, scale ?? onesLike(mean), epsilon)
}

/**
 * PyTorch's batch_norm in training, on [...,C] with two or more values a channel: the batch's own mean and biased
 * variance, which are returned too.
 */
export function normalizeBatch(
  input: Tensor,
  options: BatchNormalizationOptions = {},
): { readonly output: Tensor; readonly statistics: ChannelStatistics } {
  const { scale, offset, epsilon = 1e-5 } = options
  const statistics = statisticsOf(input)
  const affine = [scale, offset].filter((vector) => vector !== undefined)
  const output = withGradient([input, ...affine], {
    forward: ([x = input]) => ({
      value: normalizeBy(x, statistics, options),
      saved: [
        x,
        statistics.mean,
        rsqrt(add(statistics.variance, epsilon)),
        ...(scale ? [scale] : []),
      ],
    }),
    backward(upstream, saved) {
      const { byInput, byScale, byOffset } = gradients(upstream, saved)
      return [byInput, ...(scale ? [byScale] : []), ...(offset ? [byOffset] : [])]
    },
  })
  return { output, statistics }
}

/** Running statistics after a batch of that many values a channel; their variance is the unbiased one. */
export function blendStatistics(
  running: ChannelStatistics,
  batch: ChannelStatistics,
  { momentum, count }: { readonly momentum: number; readonly count: number },
): ChannelStatistics {
  const unbiased = (momentum * count) / (count - 1)
  return {
    mean: blend(running.mean, 1 - momentum, batch.mean, momentum),
    variance: blend(running.variance, 1 - momentum, batch.variance, unbiased),
  }
}

/** How many values there are of each channel. */
export function valuesPerChannel(input: Tensor): number {
  return input.size / (input.shape.at(-1) ?? 1)
}

/** Mean and biased variance, from the sums of x and x * x: one pass over the input for each. */
function statisticsOf(input: Tensor): ChannelStatistics {
  const [axes, share] = [channelAxes(input), 1 / valuesPerChannel(input)]
  const mean = mul<Tensor1D>(sum<Tensor1D>(input, axes), share)
  const meanOfSquares = mul<Tensor1D>(sum<Tensor1D>(mul(input, input), axes), share)
  return { mean, variance: relu(sub<Tensor1D>(meanOfSquares, mul(mean, mean))) }
}

function blend(running: Tensor1D, kept: number, batch: Tensor1D, taken: number): Tensor1D {
  return add(mul(running, kept), mul(batch, taken))
}

/** In closed form: dx = a dy + b x + c with one a, b and c per channel, so that of the input's size only x is kept. */
function gradients(upstream: Tensor, saved: readonly Tensor[]) {
  const [x, mean, inverse, scale] = saved as [Tensor, Tensor, Tensor, Tensor | undefined]
  const axes = channelAxes(x)
  const count = valuesPerChannel(x)
  const total = sum(upstream, axes)
  const totalProduct = sum(mul(upstream, x), axes)
  const byScale = mul(sub(totalProduct, mul(mean, total)), inverse)
  const a = scale ? mul(scale, inverse) : inverse
  const b = mul(mul(mul(a, byScale), inverse), -1 / count)
  const c = sub(mul(mul(a, total), -1 / count), mul(b, mean))
  return { byInput: add(mul(upstream, a), add(mul(x, b), c)), byScale, byOffset: total }
}

function channelAxes(input: Tensor): number[] {
  return Array.from({ length: input.rank - 1 }, (_, axis) => axis)
}
