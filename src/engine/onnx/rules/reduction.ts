import { rowMajor, storedShape } from '../layout.js'
import { cast } from '../graph.js'
import type { Lowering, Placed } from '../lowering.js'
import {
  attribute,
  fillOf,
  input,
  sizeOf,
  type Call,
  type Meta,
  type Shape,
  type Value,
  type ValueType,
} from '../values.js'
import type { Rule } from './rule.js'
import { sumOfProducts } from './sum-of-products.js'

/** Kernels that sum or search along axes. */
export const reductionRules: Readonly<Record<string, Rule>> = {
  Sum: reduction('ReduceSum', 'axis'),
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
      const elements = count(call, attributeName)
      if (op === 'ReduceProd') return fill(meta, Math.fround(number ** elements))
      return fill(meta, op === 'ReduceSum' ? Math.fround(number * elements) : number)
    },
    emit(call, lowering) {
      const x = input(call, 'x')
      const { dtype: to } = reducedMeta(call, attributeName, dtype)
      const convert = (name: string) => (x.dtype === to ? name : cast(lowering.graph, name, to))
      const axes = axesOf(call, attributeName)
      const product = op === 'ReduceSum' ? sumOfProducts(lowering, x, axes) : undefined
      if (product) return [keeps(call) ? product : dropped(lowering, product, x.shape, axes)]
      return [reduce(lowering, op, x, axes, keeps(call), convert)]
    },
  }
}

/** Reduces the stored axes that hold the logical ones, without transposing. */
function reduce(
  lowering: Lowering,
  op: string,
  value: Value,
  axes: readonly number[],
  keepDimensions: boolean,
  convert: (name: string) => string = (name) => name,
): Placed {
  const { graph, place } = lowering
  const { name, order } = place(value)
  if (axes.length === 0) return { name: convert(name), order }
  const stored = axes.map((axis) => order.indexOf(axis)).sort((a, b) => a - b)
  const left = keepDimensions ? order : without(order, axes)
  const isLeading = stored.every((axis, position) => axis === position)
  if (op === 'ReduceSum' && isLeading && value.dtype === 'float32') {
    const sums = sumRows(lowering, value, stored.length)
    if (sums !== undefined) {
      const { shape } = value
      const dims = order.map((axis) => (axes.includes(axis) ? 1 : (shape[axis] ?? 1)))
      const kept = keepDimensions ? dims : dims.slice(stored.length)
      return { name: lowering.reshape(sums, kept, [1, sizeOf(kept)]), order: left }
    }
  }
  const reduced = graph.add(op, [convert(name), graph.int64s(stored)], {
    attributes: { keepdims: keepDimensions ? 1 : 0 },
  })
  return { name: reduced, order: left }
}

/** The same without the axes, which have size one. */
function dropped(
  { reshape }: Lowering,
  { name, order }: Placed,
  shape: Shape,
  axes: readonly number[],
): Placed {
  const kept = order.filter((axis) => !axes.includes(axis))
  return { name: reshape(name, storedShape(shape, kept)), order: without(order, axes) }
}

/** Sizes for which a row of ones times the rows is faster than ONNX Runtime's sum of them. */
const worthwhile = { elements: 16_384, rows: 65_536 }

/** The sum of the rows that the leading axes count, as [1,n]; nothing where ReduceSum does as well. */
function sumRows(lowering: Lowering, value: Value, leading: number): string | undefined {
  const { name, order } = lowering.place(value)
  const dims = storedShape(value.shape, order)
  const [rows, width] = [sizeOf(dims.slice(0, leading)), sizeOf(dims.slice(leading))]
  const { elements, rows: most } = worthwhile
  if (rows === 1 || width === 1 || rows * width < elements || rows > most) return undefined
  const ones = lowering.graph.floats(new Float32Array(rows).fill(1), [1, rows])
  return lowering.graph.add('MatMul', [ones, lowering.reshape(name, [rows, width])])
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
