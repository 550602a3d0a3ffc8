import type { Tensor } from '@tensorflow/tfjs-core'
import type { InputSpec } from '../../../src/engine/compile.js'
import type { Operation } from '../gradient-check.js'

export interface OperationCase {
  readonly title: string
  readonly inputs: Readonly<Record<string, InputSpec>>
  readonly operation: Operation
  readonly positive?: boolean
  /** Integer inputs are below it. */
  readonly below?: number
  /** False where the operation has no gradient in tfjs, or none worth checking. */
  readonly differentiable?: boolean
  /** True where tfjs' own gradient does not match its forward pass, so that engines which are right differ from it. */
  readonly wrongReference?: boolean
}

export const float = (...shape: number[]): InputSpec => ({ shape, dtype: 'float32' })
export const integer = (...shape: number[]): InputSpec => ({ shape, dtype: 'int32' })

/** An operation of one tensor. */
export function one(title: string, x: InputSpec, fn: (x: Tensor) => Tensor): OperationCase {
  return { title, inputs: { x }, operation: (given) => fn(given['x']!) }
}

/** An operation of two. */
export function two(
  title: string,
  a: InputSpec,
  b: InputSpec,
  fn: (a: Tensor, b: Tensor) => Tensor,
): OperationCase {
  return { title, inputs: { a, b }, operation: (given) => fn(given['a']!, given['b']!) }
}

/** The same operation, without a look at its gradient. */
export function flat(one: OperationCase): OperationCase {
  return { ...one, differentiable: false }
}
