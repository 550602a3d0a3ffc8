import * as tf from '@tensorflow/tfjs-core'
import { flat, float, one, type OperationCase } from './case.js'

type Resize = readonly [size: [number, number], corners: boolean, halves: boolean]

const sizes: readonly Resize[] = [
  [[6, 7], false, false],
  [[6, 7], true, false],
  [[6, 7], false, true],
  [[2, 3], false, true],
  [[3, 5], false, false],
]

const describe = ([size, corners, halves]: Resize) =>
  `to ${size.join('x')}${corners ? ', corners aligned' : ''}${halves ? ', half-pixel centers' : ''}`

/** Kernels on images. */
export const imageCases: readonly OperationCase[] = [
  ...sizes.flatMap((resize) => [
    {
      ...one(`bilinear resize ${describe(resize)}`, float(2, 3, 5, 2), (x) =>
        tf.image.resizeBilinear(x as tf.Tensor4D, ...resize),
      ),
      wrongReference: true,
    },
    {
      ...one(`nearest resize ${describe(resize)}`, float(2, 3, 5, 2), (x) =>
        tf.image.resizeNearestNeighbor(x as tf.Tensor4D, ...resize),
      ),
      wrongReference: true,
    },
  ]),
  flat(one('blocks out of depth', float(2, 2, 3, 12), (x) => tf.depthToSpace(x as tf.Tensor4D, 2))),
  one('blocks into the batch', float(2, 4, 5, 3), (x) =>
    tf.spaceToBatchND(
      x,
      [2, 3],
      [
        [0, 0],
        [1, 0],
      ],
    ),
  ),
  one('blocks out of the batch', float(8, 2, 3, 2), (x) =>
    tf.batchToSpaceND(
      x,
      [2, 2],
      [
        [0, 1],
        [1, 0],
      ],
    ),
  ),
  one('local response normalization', float(2, 2, 3, 7), (x) =>
    tf.localResponseNormalization(x as tf.Tensor4D, 2, 1.5, 0.4, 0.7),
  ),
  ...([1, 2] as const).map((stride): OperationCase => ({
    title: `transposed convolution stride ${stride}`,
    inputs: { x: float(2, 3, 4, 2), w: float(3, 3, 4, 2) },
    operation: ({ x, w }) =>
      tf.conv2dTranspose(
        x as tf.Tensor4D,
        w as tf.Tensor4D,
        [2, 3 * stride, 4 * stride, 4],
        stride,
        'same',
      ),
  })),
  ...([1, 2] as const).map((stride): OperationCase => ({
    title: `depthwise convolution stride ${stride}`,
    inputs: { x: float(2, 4, 5, 2), w: float(3, 3, 2, 2) },
    operation: ({ x, w }) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, 'same'),
  })),
  {
    title: 'separable convolution',
    inputs: { x: float(1, 4, 5, 2), w: float(3, 3, 2, 2), p: float(1, 1, 4, 3) },
    operation: ({ x, w, p }) =>
      tf.separableConv2d(x as tf.Tensor4D, w as tf.Tensor4D, p as tf.Tensor4D, 1, 'same'),
  },
  ...(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const).flatMap(
    (activation): OperationCase[] => [
      flat({
        title: `fused convolution and ${activation}`,
        inputs: { x: float(1, 4, 5, 2), w: float(3, 3, 2, 4), b: float(4) },
        operation: ({ x, w, b }) =>
          tf.fused.conv2d({
            x: x as tf.Tensor4D,
            filter: w as tf.Tensor4D,
            strides: 1,
            pad: 'same',
            bias: b!,
            activation,
            leakyreluAlpha: 0.3,
          }),
      }),
      flat({
        title: `fused depthwise convolution and ${activation}`,
        inputs: { x: float(1, 4, 5, 2), w: float(3, 3, 2, 2), b: float(4) },
        operation: ({ x, w, b }) =>
          tf.fused.depthwiseConv2d({
            x: x as tf.Tensor4D,
            filter: w as tf.Tensor4D,
            strides: 1,
            pad: 'same',
            bias: b!,
            activation,
            leakyreluAlpha: 0.3,
          }),
      }),
      flat({
        title: `fused matrix product and ${activation}`,
        inputs: { a: float(3, 4), b: float(4, 5), c: float(5) },
        operation: ({ a, b, c }) =>
          tf.fused.matMul({ a: a!, b: b!, bias: c!, activation, leakyreluAlpha: 0.3 }),
      }),
    ],
  ),
]
