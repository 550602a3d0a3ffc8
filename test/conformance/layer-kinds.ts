import { transpose, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import { activations, type Activation } from '../../src/model/operations/activations.js'
import {
  adaptiveAveragePooling,
  adaptiveMaxPooling,
} from '../../src/model/operations/adaptive-pooling.js'
import { multiHeadAttention } from '../../src/model/operations/attention.js'
import {
  blendStatistics,
  normalizeBatch,
  normalizeBy,
  valuesPerChannel,
} from '../../src/model/operations/batch-normalization.js'
import { convolution } from '../../src/model/operations/convolution.js'
import { groupNormalization } from '../../src/model/operations/group-normalization.js'
import { layerNormalization } from '../../src/model/operations/layer-normalization.js'
import { linear } from '../../src/model/operations/linear.js'
import {
  averagePooling,
  globalAveragePooling,
  maxPooling,
} from '../../src/model/operations/pooling.js'
import { logSoftmax, softmax } from '../../src/model/operations/softmax.js'
import { transposedConvolution } from '../../src/model/operations/transposed-convolution.js'
import type { Pair, Padding } from '../../src/model/operations/windows.js'

type Tensors = Readonly<Record<string, Tensor>>

type Parameters = Readonly<Record<string, unknown>>

export interface LayerKind {
  /** The parameters that are understood. */
  readonly parameters: readonly string[]
  /** Whether its values are of a kind that is understood. */
  readonly offers?: (parameters: Parameters) => boolean
  /** Whether it is judged in torch's layout, because no axis is a channel. */
  readonly plain?: boolean
  readonly run: (tensors: Tensors, parameters: never) => Readonly<Record<string, Tensor>>
}

interface Window {
  readonly kernel_size: Pair
  readonly stride: Pair
  readonly padding: Pair
  readonly dilation: Pair
  readonly ceil_mode: boolean
  readonly count_include_pad: boolean
}

interface Convolution {
  readonly stride: Pair
  readonly dilation?: Pair
  readonly groups?: number
  readonly padding?: Pair | 'same' | 'valid'
  readonly pad?: readonly [number, number, number, number]
}

/** What runs each kind of case; an operation's result is `output`. */
export const layerKinds: Readonly<Record<string, LayerKind>> = {
  conv2d: {
    parameters: ['stride', 'dilation', 'groups', 'padding', 'pad'],
    run: ({ input, weight, bias }, parameters: Convolution) => ({
      output: convolution(input!, weight!, {
        ...parameters,
        padding: paddingOf(parameters),
        bias: bias!,
      }),
    }),
  },
  conv_transpose2d: {
    parameters: ['stride', 'padding', 'output_padding', 'dilation', 'groups'],
    run: ({ input, weight, bias }, parameters: Parameters) => ({
      output: transposedConvolution(input!, weight!, { ...parameters, bias: bias! }),
    }),
  },
  batch_norm: {
    parameters: ['training', 'momentum', 'eps'],
    run: runBatchNormalization,
  },
  max_pool2d: {
    parameters: ['kernel_size', 'stride', 'padding', 'dilation', 'ceil_mode'],
    run: ({ input }, { kernel_size: size, ...rest }: Window) => ({
      output: maxPooling(input!, { size, ...rest }),
    }),
  },
  avg_pool2d: {
    parameters: ['kernel_size', 'stride', 'padding', 'ceil_mode', 'count_include_pad'],
    run: ({ input }, { kernel_size: size, ...rest }: Window) => ({
      output: averagePooling(input!, { size, ...rest }),
    }),
  },
  adaptive_avg_pool2d: {
    parameters: ['output_size'],
    run: ({ input }, { output_size }: { output_size: Pair }) => ({
      output: adaptiveAveragePooling(input!, output_size),
    }),
  },
  adaptive_max_pool2d: {
    parameters: ['output_size'],
    run: ({ input }, { output_size }: { output_size: Pair }) => ({
      output: adaptiveMaxPooling(input!, output_size),
    }),
  },
  global_avg_pool: {
    parameters: [],
    run: ({ input }) => ({ output: globalAveragePooling(input!) }),
  },
  linear: {
    parameters: [],
    run: ({ input, weight, bias }) => ({ output: linear(input!, weight!, bias) }),
  },
  layer_norm: {
    parameters: ['normalized_shape', 'eps'],
    plain: true,
    run: (
      { input, weight, bias },
      { normalized_shape, eps }: { normalized_shape: number[]; eps: number },
    ) => ({
      output: layerNormalization(input!, normalized_shape, {
        scale: weight,
        offset: bias,
        epsilon: eps,
      }),
    }),
  },
  group_norm: {
    parameters: ['num_groups', 'eps'],
    run: ({ input, weight, bias }, { num_groups, eps }: { num_groups: number; eps: number }) => ({
      output: channelsLast(input!, (x) =>
        groupNormalization(x, num_groups, { scale: weight, offset: bias, epsilon: eps }),
      ),
    }),
  },
  activation: {
    parameters: ['name', 'negative_slope', 'alpha', 'beta', 'threshold'],
    offers: ({ name }) => activationOf(name) !== undefined,
    run: ({ input }, { name, ...rest }: { name: string } & Record<string, number>) => ({
      output: activationOf(name)!(input!, rest),
    }),
  },
  softmax: {
    parameters: ['dim'],
    run: ({ input }, { dim }: { dim: number }) => ({
      output: softmax(input!, axisOf(input!, dim)),
    }),
  },
  log_softmax: {
    parameters: ['dim'],
    run: ({ input }, { dim }: { dim: number }) => ({
      output: logSoftmax(input!, axisOf(input!, dim)),
    }),
  },
  multi_head_attention: {
    parameters: ['num_heads'],
    run: (tensors, { num_heads }: { num_heads: number }) => {
      const { output, weights } = multiHeadAttention(tensors['input']!, {
        heads: num_heads,
        inKernel: tensors['in_proj_weight']!,
        inBias: tensors['in_proj_bias'],
        outKernel: tensors['out_proj_weight']!,
        outBias: tensors['out_proj_bias'],
        attentionMask: tensors['attn_mask'],
        keyPaddingMask: tensors['key_padding_mask'],
      })
      return { output, attention_weights: weights }
    },
  },
}

function paddingOf({ padding, pad }: Convolution): Padding {
  if (pad) {
    const [left, right, top, bottom] = pad
    return [
      [top, bottom],
      [left, right],
    ]
  }
  return padding === undefined || padding === 'valid' ? 0 : padding
}

function runBatchNormalization(
  { input, weight, bias, running_mean, running_var }: Tensors,
  { training, momentum, eps }: { training: boolean; momentum: number; eps: number },
): Record<string, Tensor> {
  const options = {
    scale: weight as Tensor1D | undefined,
    offset: bias as Tensor1D | undefined,
    epsilon: eps,
  }
  const running = { mean: running_mean as Tensor1D, variance: running_var as Tensor1D }
  if (!training) {
    return { output: channelsLast(input!, (x) => normalizeBy(x, running, options)) }
  }
  const after: Record<string, Tensor> = {}
  const output = channelsLast(input!, (x) => {
    const { output: result, statistics } = normalizeBatch(x, options)
    const blended = blendStatistics(running, statistics, { momentum, count: valuesPerChannel(x) })
    after['running_mean_after'] = blended.mean
    after['running_var_after'] = blended.variance
    return result
  })
  return { output, ...after }
}

/** Sequences [N,C,L] have no channels-last copy in the files. */
function channelsLast(x: Tensor, compute: (moved: Tensor) => Tensor): Tensor {
  return x.rank === 3 ? transpose(compute(transpose(x, [0, 2, 1])), [0, 2, 1]) : compute(x)
}

/** Where torch's dimension is among ours: of maps, the channels are last. */
function axisOf({ rank }: Tensor, dim: number): number {
  const axis = dim < 0 ? dim + rank : dim
  return rank === 4 ? [0, 3, 1, 2][axis]! : axis
}

function activationOf(name: unknown): Activation | undefined {
  const known: Readonly<Record<string, Activation>> = {
    ...activations,
    gelu_none: activations.gelu,
  }
  return typeof name === 'string' && Object.hasOwn(known, name) ? known[name] : undefined
}
