import { sizeOf, type Shape } from './values.js'

/**
 * The order in which a tensor's axes lie in memory: `order[i]` is the logical axis stored at position i, the last one
 * contiguous. Feature maps [B,H,W,C] are kept batch last, as [C,H,W,B]; filters [kh,kw,C,O] as [O,C,kh,kw].
 */
export type Order = readonly number[]

export const featureOrder: Order = [3, 1, 2, 0]

export const filterOrder: Order = [3, 2, 0, 1]

/** The order of tfjs' own row-major tensors. */
export function rowMajor(rank: number): Order {
  return Array.from({ length: rank }, (_, axis) => axis)
}

/** The order in which a state buffer keeps a variable: a function of its rank alone, so that all steps agree. */
export function stateOrder(rank: number): Order {
  return rank === 4 ? filterOrder : rowMajor(rank)
}

/** The dimensions as they lie in memory. */
export function storedShape(shape: Shape, order: Order): number[] {
  return order.map((axis) => at(shape, axis))
}

/** Whether two orders lay the same bytes out alike: axes of size one do not matter. */
export function sameLayout(shape: Shape, a: Order, b: Order): boolean {
  const [left, right] = [wideAxes(shape, a), wideAxes(shape, b)]
  return left.every((axis, index) => axis === right[index])
}

/** The axes larger than one, in stored order. */
export function wideAxes(shape: Shape, order: Order): number[] {
  return order.filter((axis) => at(shape, axis) !== 1)
}

/** An order with new leading logical axes (of size one) in front. */
export function withLeadingAxes(order: Order, count: number): Order {
  return [...rowMajor(count), ...order.map((axis) => axis + count)]
}

/** Whether the batch axis, logical axis 0, is the innermost in memory and not also the outermost. */
export function isBatchLast(shape: Shape, order: Order): boolean {
  return !sameLayout(shape, order, rowMajor(shape.length)) && wideAxes(shape, order).at(-1) === 0
}

/** Batch innermost, all other axes in their logical order. */
export function batchLast(rank: number): Order {
  return [...rowMajor(rank).slice(1), 0]
}

/** Copies row-major values into an order's layout. */
export function toOrder<T extends Float32Array | Int32Array>(
  values: T,
  shape: Shape,
  order: Order,
  out: T,
): void {
  if (sameLayout(shape, order, rowMajor(shape.length))) out.set(values)
  else permute(values, storedShape(strides(shape), order), storedShape(shape, order), out)
}

/** Copies values from an order's layout into row-major. */
export function fromOrder<T extends Float32Array | Int32Array>(
  values: T,
  shape: Shape,
  order: Order,
  out: T,
): void {
  if (sameLayout(shape, order, rowMajor(shape.length))) {
    out.set(values)
    return
  }
  const stored = strides(storedShape(shape, order))
  const byAxis = rowMajor(shape.length).map((axis) => at(stored, order.indexOf(axis)))
  permute(values, byAxis, shape, out)
}

function strides(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
}

/** Reads `values` at the given strides, writing `out` densely over `dims`. */
function permute<T extends Float32Array | Int32Array>(
  values: T,
  steps: readonly number[],
  dims: Shape,
  out: T,
): void {
  if (dims.length === 0) {
    out[0] = at(values, 0)
    return
  }
  const last = dims.length - 1
  const [length, step] = [at(dims, last), at(steps, last)]
  let written = 0
  const walk = (axis: number, offset: number): void => {
    if (axis < last) {
      const [count, stride] = [at(dims, axis), at(steps, axis)]
      for (let index = 0; index < count; index++) walk(axis + 1, offset + index * stride)
      return
    }
    for (let index = 0, from = offset; index < length; index++, from += step) {
      out[written++] = values[from] as number
    }
  }
  walk(0, 0)
}

/** An element that is known to exist. */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index]
  if (value === undefined) throw new Error(`Nothing at ${index} of ${values.length}`)
  return value
}
