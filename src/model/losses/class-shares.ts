import {
  cast,
  expandDims,
  mul,
  notEqual,
  oneHot,
  scalar,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'

/** What PyTorch's losses of class indices have in common. */
export interface ClassOptions {
  /** A weight for each class; null: 1. */
  readonly weight?: Tensor1D | null
  /** A target that counts nothing; null where no target is to be ignored, which saves a mask. */
  readonly ignore_index?: number | null
}

/** The targets as [..., classes], and 1 where one counts ([..., 1]); null if all do. */
export function classTargets(
  target: Tensor,
  classes: number,
  ignored: number | null,
): { hot: Tensor; counted: Tensor | null } {
  const hot = oneHot(target, classes, 1, 0, 'float32')
  if (ignored === null) return { hot, counted: null }
  const mask = cast(notEqual(target, scalar(ignored, 'int32')), 'float32')
  return { hot, counted: expandDims(mask, -1) }
}

/** Shares of the classes times their weights, without those that do not count. */
export function weighted(shares: Tensor, weight: Tensor1D | null, counted: Tensor | null): Tensor {
  const byClass = weight === null ? shares : mul(shares, weight)
  return counted === null ? byClass : mul(byClass, counted)
}
