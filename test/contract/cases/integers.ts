import * as tf from '@tensorflow/tfjs-core'
import { flat, integer, one, two, type OperationCase } from './case.js'

const single: readonly [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['absolute value', (x) => tf.abs(tf.sub(x, int(4)))],
  ['negative', tf.neg],
  ['sign', (x) => tf.sign(tf.sub(x, int(4)))],
  ['square', tf.square],
  ['clip', (x) => tf.clipByValue(x, 2, 5)],
  ['exponential', tf.exp],
  ['sum', (x) => tf.sum(x, 0)],
  ['mean', (x) => tf.mean(x, 1)],
  ['largest', (x) => tf.max(x, 0)],
  ['smallest', (x) => tf.min(x, 1)],
  ['product', (x) => tf.prod(x, 1)],
  ['arg max', (x) => tf.argMax(x, 0)],
  ['running sum', (x) => tf.cumsum(x, 1)],
  [
    'padding with ones',
    (x) =>
      tf.pad(
        x,
        [
          [0, 1],
          [2, 0],
        ],
        1,
      ),
  ],
  ['reverse', (x) => tf.reverse(x, [0, 1])],
  ['transpose', (x) => tf.transpose(x)],
  ['tile', (x) => tf.tile(x, [2, 1])],
  ['to truth and back', (x) => tf.cast(tf.cast(x, 'bool'), 'int32')],
  ['to float', (x) => tf.mul(tf.cast(x, 'float32'), 0.5)],
  ['range beside it', (x) => tf.add(x, tf.range(0, 4, 1, 'int32'))],
]

const pairs: readonly [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor][] = [
  ['sum', tf.add],
  ['difference', tf.sub],
  ['product', tf.mul],
  ['larger', tf.maximum],
  ['smaller', tf.minimum],
  ['quotient', (a, b) => tf.div(a, tf.add(b, int(1)))],
  ['floor division', (a, b) => tf.floorDiv(tf.sub(a, int(4)), tf.add(b, int(2)))],
  ['remainder', (a, b) => tf.mod(tf.sub(a, int(4)), tf.add(b, int(2)))],
  ['bits in both', tf.bitwiseAnd],
  ['equality', (a, b) => tf.cast(tf.equal(a, b), 'int32')],
  ['choice', (a, b) => tf.where(tf.greater(a, b), a, b)],
  ['concatenation', (a, b) => tf.concat([a, b], 1)],
]

/** Kernels on integers. */
export const integerCases: readonly OperationCase[] = [
  ...single.map(([title, fn]) => one(`${title} of integers`, integer(3, 4), fn)),
  ...pairs.map(([title, fn]) => two(`${title} of integers`, integer(3, 4), integer(3, 4), fn)),
].map((one) => ({ ...flat(one), below: 9 }))

function int(value: number): tf.Scalar {
  return tf.scalar(value, 'int32')
}
