import { at, sameLayout, storedShape } from '../layout.js'
import type { Lowering, Placed } from '../lowering.js'
import { sameShape, sizeOf, type Value } from '../values.js'

/** Shorter rows are as fast as a product and a sum. */
const shortest = 1024

/**
 * The sum of a * b over some axes as one product of a row and a column for each of the others, which keeps no a * b. Of
 * `value`, if it is such a product with these axes innermost; axes of size one stay in their place.
 */
export function sumOfProducts(
  { graph, place, reshape }: Lowering,
  value: Value,
  axes: readonly number[],
): Placed | undefined {
  const { source, shape } = value
  if (source.kind !== 'call' || source.call.kernel !== 'Multiply') return undefined
  const { a, b } = source.call.inputs
  if (!a || !b || [a, b].some((factor) => !isSolid(factor, shape))) return undefined
  const { order } = place(a)
  if (!sameLayout(shape, order, place(b).order)) return undefined
  const kept = order.filter((axis) => !axes.includes(axis))
  const isInnermost = kept.every((axis, index) => order[index] === axis)
  const length = axes.reduce((product, axis) => product * at(shape, axis), 1)
  if (!isInnermost || length < shortest) return undefined
  const rows = [sizeOf(shape) / length, 1, length]
  const names = [a, b].map((factor) => reshape(place(factor).name, rows))
  const sums = graph.add('FusedMatMul', names, {
    domain: 'com.microsoft',
    attributes: { transB: 1 },
  })
  return { name: reshape(sums, storedShape(shape, order).fill(1, kept.length)), order }
}

function isSolid({ shape, dtype, source }: Value, full: readonly number[]): boolean {
  return source.kind !== 'fill' && dtype === 'float32' && sameShape(shape, full)
}
