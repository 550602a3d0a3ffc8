import * as tf from '@tensorflow/tfjs-core'
import { flat, float, one, two, type OperationCase } from './case.js'

const inside = (fn: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => fn(tf.mul(x, 0.9))

const smooth: readonly [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['arc cosine', inside(tf.acos)],
  ['arc sine', inside(tf.asin)],
  ['arc tangent', tf.atan],
  ['hyperbolic arc sine', tf.asinh],
  ['hyperbolic arc tangent', inside(tf.atanh)],
  ['hyperbolic arc cosine', (x) => tf.acosh(tf.add(x, 3))],
  ['cosine', tf.cos],
  ['hyperbolic cosine', tf.cosh],
  ['hyperbolic sine', tf.sinh],
  ['tangent', tf.tan],
  ['error function', tf.erf],
  ['selu', tf.selu],
  ['relu6', (x) => tf.relu6(tf.mul(x, 9))],
  ['ones like', (x) => tf.mul(x, tf.onesLike(x))],
]

const stepped: readonly [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['ceiling', (x) => tf.ceil(tf.mul(x, 3))],
  ['rounding', (x) => tf.round(tf.mul(x, 3))],
  ['is not a number', (x) => toInteger(tf.isNaN(tf.sqrt(x)))],
  ['is infinite', (x) => toInteger(tf.isInf(tf.div(1, tf.relu(x))))],
  ['is finite', (x) => toInteger(tf.isFinite(tf.div(1, tf.relu(x))))],
  ['floor division', (x) => tf.floorDiv(tf.mul(x, 7), tf.scalar(2))],
  ['logical or', (x) => toInteger(tf.logicalOr(tf.greater(x, 0.5), tf.less(x, -0.5)))],
  ['logical exclusive or', (x) => toInteger(tf.logicalXor(tf.greater(x, 0), tf.less(x, 0.5)))],
  ['equal', (x) => toInteger(tf.equal(tf.floor(x), -1))],
  ['greater or equal', (x) => toInteger(tf.greaterEqual(x, 0.2))],
  ['less or equal', (x) => toInteger(tf.lessEqual(x, 0.2))],
]

/** Functions of numbers. */
export const functionCases: readonly OperationCase[] = [
  ...smooth.map(([title, fn]) => one(title, float(3, 4), fn)),
  ...stepped.map(([title, fn]) => flat(one(title, float(3, 4), fn))),
  two('angle of a point', float(3, 4), float(3, 4), tf.atan2),
  flat(
    two('angle of points on the axes', float(3, 4), float(3, 4), (a, b) =>
      tf.atan2(whole(tf.mul(a, 2)), whole(tf.mul(b, 2))),
    ),
  ),
  flat(
    two('remainder with the sign of the divisor', float(3, 4), float(4), (a, b) =>
      tf.mod(tf.mul(a, 7), b),
    ),
  ),
  two('parametric relu', float(2, 3, 4), float(4), tf.prelu),
  {
    title: 'sum of several',
    inputs: { a: float(2, 3), b: float(2, 3), c: float(2, 3) },
    operation: ({ a, b, c }) => tf.addN([a!, b!, c!]),
  },
]

function toInteger(x: tf.Tensor): tf.Tensor {
  return tf.cast(x, 'int32')
}

/** Rounded, without negative zeros. */
function whole(x: tf.Tensor): tf.Tensor {
  return tf.cast(tf.cast(x, 'int32'), 'float32')
}
