import * as tf from '@tensorflow/tfjs-core'
import { float, integer, one, two, type OperationCase } from './cases/case.js'
import { functionCases } from './cases/functions.js'
import { imageCases } from './cases/images.js'
import { indexCases } from './cases/indices.js'
import { integerCases } from './cases/integers.js'
import { pytorchCases } from './cases/pytorch.js'
import { shapeCases } from './cases/shapes.js'

const elementwise: readonly [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['abs', tf.abs],
  ['elu', tf.elu],
  ['exp', tf.exp],
  ['negative', tf.neg],
  ['relu', tf.relu],
  ['leaky relu', (x) => tf.leakyRelu(x, 0.1)],
  ['clip', (x) => tf.clipByValue(x, -0.47, 0.53)],
  ['sigmoid', tf.sigmoid],
  ['sine', tf.sin],
  ['square', tf.square],
  ['tanh', tf.tanh],
  ['softplus', tf.softplus],
  ['expm1', tf.expm1],
  ['times a number', (x) => tf.mul(x, 3)],
  ['plus zero', (x) => tf.add(x, 0)],
  ['times ones', (x) => tf.mul(x, tf.ones(x.shape))],
  ['a number minus', (x) => tf.sub(1, x)],
]

const positive: readonly [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['log', tf.log],
  ['log1p', tf.log1p],
  ['sqrt', tf.sqrt],
  ['rsqrt', tf.rsqrt],
  ['reciprocal', tf.reciprocal],
  ['power', (x) => tf.pow(x, 3)],
]

const pairs: readonly [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor][] = [
  ['add', tf.add],
  ['subtract', tf.sub],
  ['multiply', tf.mul],
  ['divide', tf.div],
  ['maximum', tf.maximum],
  ['minimum', tf.minimum],
  ['squared difference', tf.squaredDifference],
]

const plain: readonly [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['step', (x) => tf.step(x)],
  ['step with slope', (x) => tf.step(x, 0.25)],
  ['sign', tf.sign],
  ['floor', tf.floor],
  ['greater', (x) => tf.cast(tf.greater(x, 0.3), 'float32')],
  ['not equal', (x) => tf.cast(tf.notEqual(x, 0), 'int32')],
  [
    'logical',
    (x) => tf.cast(tf.logicalAnd(tf.less(x, 0.5), tf.logicalNot(tf.less(x, -0.5))), 'int32'),
  ],
  ['any', (x) => tf.cast(tf.any(tf.greater(x, 0.8), 1), 'int32')],
  ['all', (x) => tf.cast(tf.all(tf.greater(x, -0.8), 1), 'int32')],
  ['arg max', (x) => tf.argMax(x, 1)],
  ['arg min', (x) => tf.argMin(x, 0)],
  ['zeros like', tf.zerosLike],
  ['fill', (x) => tf.add(x, tf.fill([3, 1], 2))],
  ['cast to int', (x) => tf.cast(tf.mul(x, 5), 'int32')],
]

const reductions: readonly [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['sum', tf.sum],
  ['sum over rows', (x) => tf.sum(x, 0)],
  ['sum kept', (x) => tf.sum(x, [1, 2], true)],
  ['sum of squares', (x) => tf.sum(tf.mul(x, x), [0, 1])],
  ['mean', (x) => tf.mean(x, -1)],
  ['max', (x) => tf.max(x, 1)],
  ['min', (x) => tf.min(x, 2, true)],
]

const shapes: readonly [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['reshape', (x) => tf.reshape(x, [4, -1])],
  ['expand', (x) => tf.expandDims(x, 1)],
  ['transpose', (x) => tf.transpose(x, [2, 0, 1])],
  ['tile', (x) => tf.tile(x, [1, 2, 3])],
  ['slice', (x) => tf.slice(x, [0, 1, 1], [2, 2, -1])],
  [
    'pad',
    (x) =>
      tf.pad(x, [
        [0, 0],
        [1, 2],
        [0, 1],
      ]),
  ],
  ['reverse', (x) => tf.reverse(x, [1])],
  ['concatenate', (x) => tf.concat([x, tf.mul(x, 2)], 2)],
  ['stack', (x) => tf.stack([x, tf.neg(x)], 1)],
  ['softmax', (x) => tf.softmax(x)],
  ['log softmax', (x) => tf.logSoftmax(x)],
]

const image = float(2, 6, 5, 3)

type Padding = 'same' | 'valid'

const convolutions = ([1, 2] as const).flatMap((stride) =>
  (['same', 'valid'] as const).flatMap((padding: Padding) =>
    [1, 2, 3].map((size) => ({
      title: `convolution ${size}x${size} stride ${stride} ${padding}`,
      inputs: { x: image, w: float(size, size, 3, 4) },
      operation: ({ x, w }: Record<string, tf.Tensor>) =>
        tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, padding),
    })),
  ),
)

const pools = (['max', 'average'] as const).flatMap((kind) =>
  (
    [
      [2, 2, 'valid'],
      [2, 2, 'same'],
      [3, 2, 'same'],
      [3, 1, 'valid'],
      [2, 3, 'valid'],
    ] as const
  ).map(([size, stride, padding]) => ({
    title: `${kind} pool ${size}x${size} stride ${stride} ${padding}`,
    inputs: { x: image },
    operation: ({ x }: Record<string, tf.Tensor>) =>
      (kind === 'max' ? tf.maxPool : tf.avgPool)(x as tf.Tensor4D, size, stride, padding),
    wrongReference: kind === 'average' && padding === 'same',
  })),
)

/** Every operation that an engine must compute as the reference does. */
export const operationCases: readonly OperationCase[] = [
  ...functionCases,
  ...integerCases,
  ...shapeCases,
  ...indexCases,
  ...imageCases,
  ...pytorchCases,
  ...elementwise.map(([title, fn]) => one(title, float(3, 4), fn)),
  ...positive.map(([title, fn]) => ({ ...one(title, float(3, 4), fn), positive: true })),
  ...plain.map(([title, fn]) => ({ ...one(title, float(3, 4), fn), differentiable: false })),
  ...reductions.map(([title, fn]) => one(title, float(2, 3, 4), fn)),
  ...shapes.map(([title, fn]) => one(title, float(2, 3, 4), fn)),
  ...pairs.flatMap(([title, fn]) => [
    two(`${title}, same shape`, float(3, 4), float(3, 4), fn),
    {
      ...two(`${title}, broadcast`, float(2, 3, 4), float(3, 1), fn),
      differentiable: !['maximum', 'minimum', 'squared difference'].includes(title),
    },
  ]),
  two('add, lower rank against ones', float(5), float(1, 1), tf.add),
  two('add, column and row', float(1, 4, 1), float(5), tf.add),
  ...[false, true].flatMap((left) =>
    [false, true].map((right) =>
      two(
        `matrix product${left ? ', left transposed' : ''}${right ? ', right transposed' : ''}`,
        left ? float(4, 3) : float(3, 4),
        right ? float(5, 4) : float(4, 5),
        (a, b) => tf.matMul(a, b, left, right),
      ),
    ),
  ),
  two('batched matrix product', float(2, 3, 4), float(2, 4, 5), (a, b) => tf.matMul(a, b)),
  {
    title: 'choose',
    inputs: { x: float(3, 4), y: float(3, 4), mask: integer(3, 4) },
    operation: ({ x, y, mask }) => tf.where(tf.greater(mask!, 0), tf.mul(x!, 2), y!),
  },
  {
    title: 'long sum of products',
    inputs: { x: float(1100, 2) },
    operation: ({ x }) => tf.sum(tf.mul(x!, x!), 0),
    differentiable: false,
  },
  {
    title: 'one-hot',
    inputs: { y: integer(5) },
    operation: ({ y }) => tf.oneHot(y as tf.Tensor1D, 3, 2, -1, 'float32'),
    differentiable: false,
  },
  {
    title: 'gather',
    inputs: { x: float(4, 3), y: integer(5) },
    operation: ({ x, y }) => tf.gather(x!, y as tf.Tensor1D),
    differentiable: false,
  },
  ...convolutions,
  ...pools,
  {
    title: 'dilated convolution',
    inputs: { x: image, w: float(2, 2, 3, 4) },
    operation: ({ x, w }) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same', 'NHWC', 2),
    differentiable: false,
  },
  {
    title: 'batch norm',
    inputs: {
      x: float(2, 2, 2, 3),
      mean: float(3),
      variance: float(3),
      offset: float(3),
      scale: float(3),
    },
    operation: ({ x, mean, variance, offset, scale }) =>
      tf.batchNorm(
        x!,
        mean as tf.Tensor1D,
        tf.add(tf.square(variance as tf.Tensor1D), 0.5),
        offset,
        scale,
        1e-3,
      ),
  },
  {
    title: 'convolution, activation, pool and dense layer in a row',
    inputs: { x: float(2, 4, 4, 2), w: float(3, 3, 2, 3), b: float(3), d: float(12, 2) },
    operation({ x, w, b, d }) {
      const maps = tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), b!)
      const pooled = tf.avgPool(tf.tanh(maps) as tf.Tensor4D, 2, 2, 'valid')
      return tf.matMul(tf.reshape(pooled, [2, 12]), d as tf.Tensor2D)
    },
  },
  {
    title: 'maps mixed with a row-major tensor',
    inputs: {
      x: float(2, 4, 4, 2),
      w: float(1, 1, 2, 3),
      mask: float(2, 4, 4, 3),
      row: float(4, 3),
    },
    operation: ({ x, w, mask, row }) =>
      tf.mul(tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), row!), mask!),
  },
]
