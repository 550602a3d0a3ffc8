import { cast } from '../graph.js'
import type { Lowering, Placed } from '../lowering.js'
import {
  fillOf,
  input,
  type Call,
  type Meta,
  type TracedCall,
  type Value,
  type ValueType,
} from '../values.js'

export type MakeFill = (meta: Meta, value: number) => Value

/** How the engine understands one tfjs kernel. */
export interface Rule {
  /** Whether tfjs expects a list of outputs, however many there are. */
  readonly list?: boolean
  /** Shapes and types of the outputs, asked while tracing. */
  readonly outputs: (call: Call) => readonly Meta[]
  /** A value that already exists and equals the (only) output, or a fill that does. */
  readonly simplify?: (call: Call, fill: MakeFill) => Value | undefined
  /** For elementwise kernels: what they compute from the names of these operands, whatever their layout. */
  readonly combine?: {
    readonly operands: readonly string[]
    readonly emit: (lowering: Lowering, names: readonly string[], call: Call) => string
  }
  /** Appends the nodes that compute the outputs and says where they are. */
  readonly emit: (call: TracedCall, lowering: Lowering) => readonly Placed[]
}

/** A fill of another shape, where the named input is a fill. */
export function refill(call: Call, name: string, meta: Meta, fill: MakeFill): Value | undefined {
  const number = fillOf(input(call, name))
  return number === undefined ? undefined : fill(meta, number)
}

/** A constant of one number, of a value's type. */
export function scalarOf({ graph }: Lowering, number: number, dtype: ValueType): string {
  if (dtype === 'float32') return graph.floats([number], [])
  const integer = graph.int32s([number], [])
  return dtype === 'int32' ? integer : cast(graph, integer, 'bool')
}
