import type { Graph } from './graph.js'
import type { Order } from './layout.js'
import type { ValueProto } from './protobuf.js'
import type { Value } from './values.js'

/** Where a value is in the graph, and in which order of axes. */
export interface Placed {
  readonly name: string
  readonly order: Order
}

/** A graph input that a step input is fed to. One step input may be fed in several shapes, which costs no copy. */
export interface GraphFeed extends ValueProto {
  readonly input: string
  readonly dims: readonly number[]
}

/** What a rule uses to turn its call into nodes. */
export interface Lowering {
  readonly graph: Graph
  readonly feeds: () => readonly GraphFeed[]
  /** The value as it lies. */
  readonly place: (value: Value) => Placed
  /** The value's name in the given order, transposed if need be; its dimensions are those of `storedShape`. */
  readonly inOrder: (value: Value, order: Order) => string
  /** Like `inOrder`, as an operand that broadcasts against tensors of `order`'s rank; fills become scalars. */
  readonly operand: (value: Value, order: Order) => string
  /** The tensor with other dimensions; `from` are its own, where no value lies under its name. */
  readonly reshape: (name: string, dims: readonly number[], from?: readonly number[]) => string
}
