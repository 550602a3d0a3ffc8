import { rowMajor, sameLayout, storedShape, type Order } from '../layout.js'
import type { Lowering, Placed } from '../lowering.js'
import {
  fillOf,
  input,
  sameShape,
  sizeOf,
  type Call,
  type Meta,
  type Shape,
  type Value,
  type ValueType,
} from '../values.js'
import type { Rule } from './rule.js'

interface Elementwise {
  readonly operands: readonly string[]
  readonly emit: (lowering: Lowering, operands: readonly string[], call: Call) => string
  /** The same on plain numbers, for fills. */
  readonly fold?: (...numbers: number[]) => number
  readonly dtype?: ValueType
  /** An operand that equals the result. */
  readonly same?: (call: Call) => Value | undefined
}

/** The rule of a kernel that computes each element by itself, with broadcasting. */
export function elementwise({ operands, emit, fold, dtype, same }: Elementwise): Rule {
  const values = (call: Call) => operands.map((name) => input(call, name))
  const meta = (call: Call): Meta => {
    const result = broadcastShape(values(call))
    return dtype ? { ...result, dtype } : result
  }
  return {
    combine: { operands, emit },
    outputs: (call) => [meta(call)],
    simplify(call, fill) {
      const fills = values(call).map(fillOf)
      if (fold && fills.every((number) => number !== undefined)) {
        return fill(meta(call), Math.fround(fold(...fills)))
      }
      return same?.(call)
    },
    emit: (call, lowering) => [
      combineAll(lowering, values(call), (names) => emit(lowering, names, call)),
    ],
  }
}

/** Broadcasts values against each other, in the layout of the largest, and places what `emit` makes of their names. */
export function combineAll(
  lowering: Lowering,
  values: readonly Value[],
  emit: (names: readonly string[]) => string,
): Placed {
  const { shape } = broadcastShape(values)
  const order = commonOrder(lowering, values, shape)
  const endsInOne = storedShape(shape, order).at(-1) === 1
  const operands = values.map((value) => {
    const name = lowering.operand(value, order)
    const isNumber = fillOf(value) !== undefined || sizeOf(value.shape) === 1
    return endsInOne && isNumber ? ranked(lowering, name, shape) : name
  })
  return { name: stretch(lowering, emit(operands), values, order), order }
}

/** A number in as many dimensions as the result: of fewer, ONNX Runtime walks a result [..., 1] one by one. */
function ranked({ reshape }: Lowering, name: string, shape: Shape): string {
  return reshape(
    name,
    shape.map(() => 1),
  )
}

/**
 * Gives a result its full dimensions. They are less where only a fill had them all, as fills take part as scalars, and
 * where operands of lower rank left out leading ones.
 */
function stretch(
  { graph, reshape }: Lowering,
  name: string,
  values: readonly Value[],
  order: Order,
): string {
  const { shape } = broadcastShape(values)
  const solid = values.filter((value) => fillOf(value) === undefined)
  if (solid.some((value) => sameShape(value.shape, shape))) return name
  const dims = storedShape(shape, order)
  if (solid.length === 0 || sizeOf(broadcastShape(solid).shape) < sizeOf(shape)) {
    return graph.add('Expand', [name, graph.int64s(dims)])
  }
  return dims[0] === 1 ? reshape(name, dims) : name
}

/** Shape of the broadcast, and the type of the last operand (a condition comes first). */
export function broadcastShape(values: readonly Value[]): Meta {
  const rank = Math.max(...values.map((value) => value.shape.length))
  const shape = rowMajor(rank).map((axis) => {
    const sizes = values.map((value) => value.shape[axis - rank + value.shape.length] ?? 1)
    return sizes.find((size) => size !== 1) ?? 1
  })
  const last = values.at(-1)
  if (!last) throw new Error('An elementwise kernel without operands')
  return { shape, dtype: last.dtype }
}

/** The layout of the largest operand; among equals, one that is not row-major, as it follows the feature maps. */
export function commonOrder(lowering: Lowering, values: readonly Value[], shape: Shape): Order {
  const plain = rowMajor(shape.length)
  const full = values.filter(
    (value) => value.shape.length === shape.length && fillOf(value) === undefined,
  )
  const largest = Math.max(0, ...full.map((value) => sizeOf(value.shape)))
  const orders = full
    .filter((value) => sizeOf(value.shape) === largest)
    .map((value) => lowering.place(value).order)
  return orders.find((order) => !sameLayout(shape, order, plain)) ?? orders[0] ?? plain
}
