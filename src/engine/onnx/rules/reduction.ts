import { at, rowMajor } from '../layout.js'
import { cast } from '../graph.js'
import type { Lowering, Placed } from '../lowering.js'
import {
  attribute,
  fillOf,
  input,
  madeBy,
  sameShape,
  sizeOf,
  type Call,
  type Meta,
  type Value,
  type ValueType,
} from '../values.js'
import type { Rule } from './rule.js'

/** Kernels that sum or search along axes. */
export const reductionRules: Readonly<Record<string, Rule>> = {
  Sum: {
    ...reduction('ReduceSum', 'axis'),
    emit(call, lowering) {
      const [x, axes] = [input(call, 'x'), axesOf(call, 'axis')]
      return [
        dotProduct(lowering, x, axes, keeps(call)) ??
          reduce(lowering, 'ReduceSum', x, axes, keeps(call)),
      ]
    },
  },
  Mean: reduction('ReduceMean', 'axis', 'float32'),
  Max: reduction('ReduceMax', 'reductionIndices'),
  Min: reduction('ReduceMin', 'axis'),
  Prod: reduction('ReduceProd', 'axis'),
  ArgMax: search('ArgMax'),
  ArgMin: search('ArgMin'),
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
}

function reduction(op: string, attributeName: string, dtype?: ValueType): Rule {
  return {
    outputs: (call) => [reducedMeta(call, attributeName, dtype)],
    simplify(call, fill) {
      const number = fillOf(input(call, 'x'))
      if (number === undefined) return undefined
      const meta = reducedMeta(call, attributeName, dtype)
      if (op === 'ReduceProd') return undefined
      return fill(meta, op === 'ReduceSum' ? number * count(call, attributeName) : number)
    },
    emit: (call, lowering) => [
      reduce(lowering, op, input(call, 'x'), axesOf(call, attributeName), keeps(call)),
    ],
  }
}

/** Reduces the stored axes that hold the logical ones, without transposing. */
export function reduce(
  { graph, place }: Lowering,
  op: string,
  value: Value,
  axes: readonly number[],
  keepDimensions: boolean,
  convert: (name: string) => string = (name) => name,
): Placed {
  const { name, order } = place(value)
  const stored = axes.map((axis) => order.indexOf(axis)).sort((a, b) => a - b)
  const reduced = graph.add(op, [convert(name), graph.int64s(stored)], {
    attributes: { keepdims: keepDimensions ? 1 : 0 },
  })
  return { name: reduced, order: keepDimensions ? order : without(order, axes) }
}

/** Shorter sums of products are not worth a matrix product each. */
const longDot = 1024

/**
 * A long sum of products over the innermost axes, as one dot product for each of the others: [K,1,N] x [K,N,1]. It
 * needs no memory for the products.
 */
function dotProduct(
  lowering: Lowering,
  value: Value,
  axes: readonly number[],
  keepDimensions: boolean,
): Placed | undefined {
  const { graph, reshape } = lowering
  const factors = factorsOf(value)
  const order = factors && lowering.place(factors[0]).order
  if (!factors || !order || value.dtype !== 'float32' || !lowering.readOnce(value)) return undefined
  const kept = order.slice(0, order.length - axes.length)
  if (kept.some((axis) => axes.includes(axis))) return undefined
  const outer = sizeOf(kept.map((axis) => at(value.shape, axis)))
  const inner = sizeOf(value.shape) / outer
  if (inner < longDot) return undefined
  const [left, right] = factors.map((factor) => lowering.inOrder(factor, order))
  const product = graph.add('MatMul', [
    reshape(left ?? '', [outer, 1, inner]),
    reshape(right ?? '', [outer, inner, 1]),
  ])
  const after = keepDimensions ? order : without(order, axes)
  const dims = order.filter((axis) => keepDimensions || !axes.includes(axis))
  const sizes = dims.map((axis) => (axes.includes(axis) ? 1 : at(value.shape, axis)))
  return { name: reshape(product, sizes), order: after }
}

/** The two tensors of one shape whose product the value is. */
function factorsOf(value: Value): readonly [Value, Value] | undefined {
  const square = madeBy(value, 'Square')
  if (square) return [input(square, 'x'), input(square, 'x')]
  const product = madeBy(value, 'Multiply')
  if (!product) return undefined
  const [a, b] = [input(product, 'a'), input(product, 'b')]
  return sameShape(a.shape, b.shape) && fillOf(a) === undefined && fillOf(b) === undefined
    ? [a, b]
    : undefined
}

function logical(op: string): Rule {
  return {
    outputs: (call) => [reducedMeta(call, 'axis', 'bool')],
    emit(call, lowering) {
      const toInteger = (name: string) => cast(lowering.graph, name, 'int32')
      const axes = axesOf(call, 'axis')
      const placed = reduce(lowering, op, input(call, 'x'), axes, keeps(call), toInteger)
      return [{ ...placed, name: cast(lowering.graph, placed.name, 'bool') }]
    },
  }
}

function search(op: string): Rule {
  return {
    outputs: (call) => [reducedMeta(call, 'axis', 'int32')],
    emit(call, { graph, place }) {
      const { name, order } = place(input(call, 'x'))
      const axes = axesOf(call, 'axis')
      const stored = axes.map((axis) => order.indexOf(axis))
      const found = graph.add(op, [name], { attributes: { axis: stored[0] ?? 0, keepdims: 0 } })
      return [{ name: cast(graph, found, 'int32'), order: without(order, axes) }]
    },
  }
}

function axesOf(call: Call, attributeName: string): number[] {
  const rank = input(call, 'x').shape.length
  const axes = attribute<number | readonly number[] | null | undefined>(call, attributeName)
  if (axes === null || axes === undefined) return rowMajor(rank) as number[]
  return [axes].flat().map((axis) => (axis < 0 ? axis + rank : axis))
}

function keeps(call: Call): boolean {
  return attribute<boolean | undefined>(call, 'keepDims') === true
}

function reducedMeta(call: Call, attributeName: string, dtype?: ValueType): Meta {
  const { shape, dtype: own } = input(call, 'x')
  const axes = new Set(axesOf(call, attributeName))
  const sizes = shape.map((size, axis) => (axes.has(axis) ? 1 : size))
  const kept = keeps(call) ? sizes : sizes.filter((_, axis) => !axes.has(axis))
  return { shape: kept, dtype: dtype ?? (own === 'bool' ? 'int32' : own) }
}

function count(call: Call, attributeName: string): number {
  const { shape } = input(call, 'x')
  return axesOf(call, attributeName).reduce((product, axis) => product * (shape[axis] ?? 1), 1)
}

/** The order of what remains when axes are gone. */
function without(order: readonly number[], axes: readonly number[]): number[] {
  return order
    .filter((axis) => !axes.includes(axis))
    .map((axis) => axis - axes.filter((gone) => gone < axis).length)
}
