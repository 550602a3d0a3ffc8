import { rowMajor } from '../layout.js'
import { cast } from '../graph.js'
import type { Lowering, Placed } from '../lowering.js'
import {
  attribute,
  fillOf,
  input,
  type Call,
  type Meta,
  type Value,
  type ValueType,
} from '../values.js'
import type { Rule } from './rule.js'

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
      return [reduce(lowering, op, x, axesOf(call, attributeName), keeps(call), convert)]
    },
  }
}

/** Reduces the stored axes that hold the logical ones, without transposing. */
function reduce(
  { graph, place }: Lowering,
  op: string,
  value: Value,
  axes: readonly number[],
  keepDimensions: boolean,
  convert: (name: string) => string = (name) => name,
): Placed {
  const { name, order } = place(value)
  if (axes.length === 0) return { name: convert(name), order }
  const stored = axes.map((axis) => order.indexOf(axis)).sort((a, b) => a - b)
  const reduced = graph.add(op, [convert(name), graph.int64s(stored)], {
    attributes: { keepdims: keepDimensions ? 1 : 0 },
  })
  return { name: reduced, order: keepDimensions ? order : without(order, axes) }
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
