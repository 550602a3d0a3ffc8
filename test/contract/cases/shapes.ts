import * as tf from '@tensorflow/tfjs-core'
import { flat, float, one, two, type OperationCase } from './case.js'

/** Maps that an engine may keep in a layout of its own. */
const asMaps = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, 1, 1, 'valid')

const cube: readonly [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['sum over no axis', (x) => tf.sum(x, [])],
  ['running sum', (x) => tf.cumsum(x, 2)],
  ['running sum from the end', (x) => tf.cumsum(x, 2, false, true)],
  ['running sum before each', (x) => tf.cumsum(x, 2, true)],
  ['slice to the end', (x) => tf.slice(x, [1, 0, 2])],
  ['all of it', (x) => tf.slice(x, [0, 0, 0], [2, 3, 4])],
  ['split', (x) => tf.add(...(tf.split(x, 2, 2) as [tf.Tensor, tf.Tensor]))],
  [
    'split unevenly',
    (x) => {
      const [a, b] = tf.split(x, [1, 3], -1) as [tf.Tensor, tf.Tensor]
      return tf.mul(a, b)
    },
  ],
  [
    'unstack',
    (x) => {
      const [a, b, c] = tf.unstack(x, 1) as [tf.Tensor, tf.Tensor, tf.Tensor]
      return tf.add(tf.mul(a, b), c)
    },
  ],
  ['stack along the last axis', (x) => tf.stack([x, tf.square(x)], 3)],
  ['reverse two axes', (x) => tf.reverse(x, [0, -1])],
  ['squeeze', (x) => tf.squeeze(tf.reshape(x, [2, 1, 12, 1]))],
  ['broadcast', (x) => tf.broadcastTo(tf.expandDims(x, 0), [3, 2, 3, 4])],
]

const flatCube: readonly [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['product of all', tf.prod],
  ['product along an axis', (x) => tf.prod(x, 2)],
  ['running sum along the middle', (x) => tf.cumsum(x, 1)],
  ['running product', (x) => tf.cumprod(x, 2)],
  ['running product before each', (x) => tf.cumprod(x, 1, true)],
  ['running product from the end', (x) => tf.cumprod(x, 2, false, true)],
  ['strided slice', (x) => tf.stridedSlice(x, [0, 2, 0], [2, 0, 4], [1, -1, 2])],
  [
    'strided slice backwards to the start',
    (x) => tf.stridedSlice(x, [1, 2, 3], [0, 0, 0], [-1, -1, -2], 0, 7),
  ],
  [
    'strided slice that drops an axis',
    (x) => tf.stridedSlice(x, [1, 0, 0], [2, 3, 4], [1, 1, 1], 0, 0, 0, 0, 1),
  ],
  ['strided slice around an ellipsis', (x) => tf.stridedSlice(x, [0, 1], [2, 3], [1, 1], 0, 0, 1)],
  [
    'reflection',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 2],
          [3, 0],
        ],
        'reflect',
      ),
  ],
  [
    'symmetric reflection',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [2, 1],
          [0, 0],
          [1, 4],
        ],
        'symmetric',
      ),
  ],
  [
    'no padding',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        'reflect',
      ),
  ],
  ['largest values', (x) => tf.topk(x, 2).values],
  ['places of the largest values', (x) => tf.topk(x, 3).indices],
  ['diagonal', (x) => tf.diag(tf.reshape(x, [24]))],
  ['even steps beside it', (x) => tf.add(x, tf.linspace(0, 3, 4))],
  ['falling range beside it', (x) => tf.add(x, tf.range(8, 0, -2))],
]

const maps: readonly [string, (x: tf.Tensor4D) => tf.Tensor][] = [
  ['slice', (x) => tf.slice(x, [0, 1, 0, 1], [2, 2, 3, 2])],
  [
    'padding',
    (x) =>
      tf.pad(
        x,
        [
          [0, 0],
          [1, 0],
          [0, 2],
          [0, 0],
        ],
        2,
      ),
  ],
  ['reversal', (x) => tf.reverse(x, [1, 3])],
  ['split', (x) => tf.mul(...(tf.split(x, 2, 3) as [tf.Tensor, tf.Tensor]))],
  ['sum over channels', (x) => tf.sum(x, 3)],
  ['running sum', (x) => tf.cumsum(x, 3)],
  ['concatenation with itself', (x) => tf.concat([x, tf.square(x)], 3)],
  ['matrix product', (x) => tf.matMul(x, x, false, true)],
  ['tile', (x) => tf.tile(x, [1, 2, 1, 2])],
  ['largest over positions', (x) => tf.max(x, [1, 2])],
  ['transpose to channels first', (x) => tf.mul(tf.transpose(x, [0, 3, 1, 2]), 2)],
  ['sequence of positions', (x) => tf.softmax(tf.reshape(x, [2, 9, 4]))],
]

/** Kernels that move numbers. */
export const shapeCases: readonly OperationCase[] = [
  ...cube.map(([title, fn]) => one(title, float(2, 3, 4), fn)),
  ...flatCube.map(([title, fn]) => flat(one(title, float(2, 3, 4), fn))),
  ...maps.map(([title, fn]) => one(`${title} of maps`, float(2, 3, 3, 4), (x) => fn(asMaps(x)))),
  flat(
    one('strided slice of maps', float(2, 4, 5, 3), (x) =>
      tf.stridedSlice(asMaps(x), [0, 0, 4, 0], [2, 4, 0, 3], [1, 2, -2, 1]),
    ),
  ),
  flat(
    one('reflection of maps', float(2, 4, 5, 3), (x) =>
      tf.mirrorPad(
        asMaps(x),
        [
          [0, 0],
          [1, 1],
          [2, 2],
          [0, 0],
        ],
        'reflect',
      ),
    ),
  ),
  flat(one('outer product by names', float(2, 3), (x) => tf.einsum('ij,ik->ijk', x, x))),
  flat(
    two('product by names', float(2, 3, 4), float(4, 5), (a, b) => tf.einsum('ijk,kl->ijl', a, b)),
  ),
  flat(
    two('transposed product by names', float(3, 4), float(3, 5), (a, b) =>
      tf.einsum('ij,ik->kj', a, b),
    ),
  ),
  flat(one('row sums by names', float(3, 4), (x) => tf.einsum('ij->i', x))),
]
