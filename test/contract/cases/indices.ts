import * as tf from '@tensorflow/tfjs-core'
import { flat, float, integer, two, type OperationCase } from './case.js'

type Lookup = (x: tf.Tensor, y: tf.Tensor1D) => tf.Tensor

const batched: OperationCase[] = [
  two('gather for each sample', float(2, 3, 4), integer(2, 2), (x, y) => tf.gather(x, y, 1, 1)),
  two('gather for each sample along the last axis', float(2, 3, 4), integer(2, 2), (x, y) =>
    tf.gather(x, y, 2, 1),
  ),
]

const lookups: readonly [string, Lookup][] = [
  ['rows by index', (x, y) => tf.gather(x, y)],
  ['columns by index', (x, y) => tf.gather(x, y, 1)],
  ['table of columns by index', (x, y) => tf.gather(x, tf.reshape(y, [2, 2]), 2)],
]

/** Kernels that look up or write by index. */
export const indexCases: readonly OperationCase[] = [
  ...lookups.map(([title, fn]) =>
    two(title, float(3, 4, 5), integer(4), (x, y) => fn(x, y as tf.Tensor1D)),
  ),
  ...batched.map(flat),
  flat(
    two('channels of maps by index', float(2, 2, 3, 4), integer(5), (x, y) =>
      tf.gather(tf.avgPool(x as tf.Tensor4D, 1, 1, 'valid'), y, 3),
    ),
  ),
  flat(two('elements by coordinates', float(3, 4, 5), integer(4, 2), (x, y) => tf.gatherND(x, y))),
  two('sums of segments', float(6, 3), integer(6), (x, y) =>
    tf.unsortedSegmentSum(x, y as tf.Tensor1D, 4),
  ),
  flat(
    two('sums of segments, some unknown', float(6, 3), integer(6), (x, y) =>
      tf.unsortedSegmentSum(x, tf.sub<tf.Tensor1D>(y, tf.scalar(1, 'int32')), 1),
    ),
  ),
  flat(two('scattered sums', float(6, 3), integer(6, 1), (x, y) => tf.scatterND(y, x, [4, 3]))),
  flat(two('scattered numbers', float(6), integer(6, 2), (x, y) => tf.scatterND(y, x, [3, 4]))),
  flat(
    two('overwritten places', float(2, 3), integer(2, 1), (x, y) =>
      tf.tensorScatterUpdate(tf.ones([3, 3]), y, x),
    ),
  ),
  flat(
    two('sparse to dense', float(3), integer(3, 2), (x, y) =>
      tf.sparseToDense(y, x, [3, 4], tf.scalar(7)),
    ),
  ),
  flat(
    two('one-hot rows times a table', float(3, 4), integer(5), (x, y) =>
      tf.matMul(tf.oneHot(y as tf.Tensor1D, 3, 1, 0, 'float32'), x),
    ),
  ),
]
