import { add, equal, greater, square, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import { activations } from '../../../src/model/operations/activations.js'
import {
  adaptiveAveragePooling,
  adaptiveMaxPooling,
} from '../../../src/model/operations/adaptive-pooling.js'
import { multiHeadAttention } from '../../../src/model/operations/attention.js'
import { normalizeBatch, normalizeBy } from '../../../src/model/operations/batch-normalization.js'
import { convolution } from '../../../src/model/operations/convolution.js'
import { groupNormalization } from '../../../src/model/operations/group-normalization.js'
import { layerNormalization } from '../../../src/model/operations/layer-normalization.js'
import { linear } from '../../../src/model/operations/linear.js'
import {
  averagePooling,
  globalAveragePooling,
  maxPooling,
} from '../../../src/model/operations/pooling.js'
import { logSoftmax, softmax } from '../../../src/model/operations/softmax.js'
import { transposedConvolution } from '../../../src/model/operations/transposed-convolution.js'
import { float, integer, one, type OperationCase } from './case.js'

const convolutions = [
  ['stride 2, padding 1', [3, 3, 4, 3], { stride: 2, padding: 1 }],
  [
    'sides of their own',
    [3, 2, 4, 3],
    {
      padding: [
        [0, 1],
        [2, 0],
      ],
      stride: [1, 2],
    },
  ],
  ['dilation', [3, 2, 4, 3], { dilation: 2, padding: 'same' }],
  ['dilation and stride', [2, 3, 4, 3], { dilation: [3, 2], stride: 2, padding: [1, 2] }],
  ['two groups', [3, 3, 2, 6], { groups: 2, padding: 1 }],
  ['two groups, dilation', [2, 2, 2, 4], { groups: 2, dilation: 2 }],
  ['a group for each channel', [3, 3, 4, 2], { groups: 4, padding: 1, stride: 2 }],
  ['a group for each channel, torch order', [3, 3, 1, 8], { groups: 4, padding: 1 }],
  [
    'a group for each channel, dilation and stride',
    [2, 2, 4, 1],
    { groups: 4, dilation: 2, stride: 2 },
  ],
] as const

const transposed = [
  [
    'stride 2, padding 1 and more output',
    [3, 3, 3, 4],
    { stride: 2, padding: 1, output_padding: 1 },
  ],
  ['groups', [2, 3, 2, 4], { stride: [1, 2], groups: 2 }],
  ['dilation', [2, 2, 3, 4], { stride: 1, dilation: 3, output_padding: 2, padding: 1 }],
] as const

const pools = [
  ['maximum, padding 1', (x) => maxPooling(x, { size: 3, stride: 2, padding: 1 })],
  ['maximum, overhang', (x) => maxPooling(x, { size: 3, stride: 2, ceil_mode: true })],
  ['maximum, dilation', (x) => maxPooling(x, { size: 2, stride: 1, dilation: [2, 3], padding: 1 })],
  ['average, padding counted', (x) => averagePooling(x, { size: 3, stride: 2, padding: 1 })],
  [
    'average, padding not counted',
    (x) => averagePooling(x, { size: 3, stride: 2, padding: 1, count_include_pad: false }),
  ],
  [
    'average, overhang',
    (x) => averagePooling(x, { size: [2, 3], padding: [1, 1], ceil_mode: true }),
  ],
  ['adaptive average, uneven', (x) => adaptiveAveragePooling(x, [4, 3])],
  ['adaptive average, even', (x) => adaptiveAveragePooling(x, [3, 1])],
  ['adaptive average, enlarged', (x) => adaptiveAveragePooling(x, [7, 9])],
  ['adaptive maximum, uneven', (x) => adaptiveMaxPooling(x, [4, 3])],
  ['adaptive maximum, even', (x) => adaptiveMaxPooling(x, 1)],
  ['global average', globalAveragePooling],
] as const satisfies readonly (readonly [string, (x: Tensor) => Tensor])[]

const attention = { x: float(2, 3, 4), w: float(4, 12), b: float(12), v: float(4, 4), c: float(4) }

/** PyTorch's layers, which have gradients of their own. */
export const pytorchCases: readonly OperationCase[] = [
  ...convolutions.map(([title, shape, options]): OperationCase => ({
    title: `PyTorch's convolution with ${title}`,
    inputs: { x: float(2, 5, 6, 4), w: float(...shape) },
    operation: ({ x, w }) => convolution(x!, w!, options),
  })),
  {
    title: "PyTorch's convolution with a bias",
    inputs: { x: float(2, 3, 4, 2), w: float(3, 3, 2, 3), b: float(3) },
    operation: ({ x, w, b }) => convolution(x!, w!, { padding: 1, bias: b! }),
  },
  ...transposed.map(([title, shape, options]): OperationCase => ({
    title: `PyTorch's transposed convolution with ${title}`,
    inputs: { x: float(2, 3, 4, 4), w: float(...shape) },
    operation: ({ x, w }) => transposedConvolution(x!, w!, options),
  })),
  ...pools.map(([title, fn]) => one(`PyTorch's pooling: ${title}`, float(2, 6, 5, 3), fn)),
  ...Object.entries(activations).map(([name, fn]) =>
    one(`PyTorch's ${name}`, float(4, 5), (x) => fn(x)),
  ),
  one("PyTorch's elu with alpha", float(4, 5), (x) => activations.elu(x, { alpha: 0.4 })),
  one("PyTorch's softplus with beta and a threshold", float(4, 5), (x) =>
    activations.softplus(x, { beta: 3, threshold: 1.7 }),
  ),
  one("PyTorch's softmax over channels", float(2, 2, 3, 4), (x) => softmax(x, 1)),
  one("PyTorch's logarithm of softmax over rows", float(4, 5), (x) => logSoftmax(x, 0)),
  {
    title: "PyTorch's batch norm in training",
    inputs: { x: float(3, 2, 2, 4), scale: float(4), offset: float(4) },
    operation: ({ x, scale, offset }) =>
      normalizeBatch(x!, { scale: scale as Tensor1D, offset: offset as Tensor1D }).output,
  },
  one("PyTorch's batch norm of rows, without scale", float(5, 3), (x) => normalizeBatch(x).output),
  {
    title: "PyTorch's batch norm in evaluation",
    inputs: { x: float(3, 2, 2, 4), scale: float(4), statistics: float(4) },
    operation: ({ x, scale, statistics }) =>
      normalizeBy(
        x!,
        { mean: statistics as Tensor1D, variance: add(square(statistics as Tensor1D), 0.3) },
        { scale: scale as Tensor1D },
      ),
  },
  {
    title: "PyTorch's layer norm over two axes",
    inputs: { x: float(3, 2, 4), scale: float(2, 4), offset: float(2, 4) },
    operation: ({ x, scale, offset }) => layerNormalization(x!, [2, 4], { scale, offset }),
  },
  one("PyTorch's layer norm without scale", float(3, 2, 4), (x) =>
    layerNormalization(x, [4], { epsilon: 1e-3 }),
  ),
  {
    title: "PyTorch's group norm",
    inputs: { x: float(2, 2, 3, 6), scale: float(6), offset: float(6) },
    operation: ({ x, scale, offset }) => groupNormalization(x!, 3, { scale, offset }),
  },
  {
    title: "PyTorch's linear on sequences",
    inputs: { x: float(2, 3, 4), w: float(4, 5), b: float(5) },
    operation: ({ x, w, b }) => linear(x!, w!, b),
  },
  {
    title: "PyTorch's attention",
    inputs: attention,
    operation: ({ x, w, b, v, c }) =>
      multiHeadAttention(x!, { heads: 2, inKernel: w!, inBias: b, outKernel: v!, outBias: c })
        .output,
  },
  {
    title: "PyTorch's attention with masks, without biases",
    inputs: {
      x: float(2, 3, 4),
      w: float(4, 12),
      v: float(4, 4),
      mask: integer(3, 3),
      padding: integer(2, 3),
    },
    operation: ({ x, w, v, mask, padding }) =>
      multiHeadAttention(x!, {
        heads: 4,
        inKernel: w!,
        outKernel: v!,
        attentionMask: greater(mask!, 1),
        keyPaddingMask: equal(padding!, 1),
      }).output,
  },
]
