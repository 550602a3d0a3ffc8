import { at, rowMajor } from '../layout.js'
import { attribute, input, inputList, sizeOf, type Call, type Meta } from '../values.js'
import { commonOrder } from './elementwise.js'
import type { Rule } from './rule.js'

/** Kernels that put tensors together or take them apart. */
export const joinRules: Readonly<Record<string, Rule>> = {
  Concat: {
    outputs: (call) => [concatenated(call)],
    simplify: (call) => {
      const [first, ...others] = solid(call)
      return first && others.length === 0 ? first : undefined
    },
    emit(call, lowering) {
      const values = solid(call)
      const order = commonOrder(lowering, values, concatenated(call).shape)
      const names = values.map((value) => lowering.inOrder(value, order))
      const axis = order.indexOf(concatAxis(call))
      return [{ name: lowering.graph.add('Concat', names, { attributes: { axis } }), order }]
    },
  },
  Pack: {
    outputs: (call) => {
      const [first] = inputList(call)
      const { shape = [], dtype = 'float32' } = first ?? {}
      return [{ shape: shape.toSpliced(packAxis(call), 0, inputList(call).length), dtype }]
    },
    emit(call, { graph, inOrder, reshape }) {
      const axis = packAxis(call)
      const names = inputList(call).map((value) =>
        reshape(inOrder(value, rowMajor(value.shape.length)), value.shape.toSpliced(axis, 0, 1)),
      )
      const order = rowMajor(call.outputs[0]?.shape.length ?? 0)
      return [{ name: graph.add('Concat', names, { attributes: { axis } }), order }]
    },
  },
  SplitV: {
    list: true,
    outputs(call) {
      const { shape, dtype } = input(call, 'x')
      return splitSizes(call).map((size) => ({ shape: shape.with(splitAxis(call), size), dtype }))
    },
    emit(call, { graph, place }) {
      const { name, order } = place(input(call, 'x'))
      const sizes = splitSizes(call)
      const parts = graph.addMany('Split', [name, graph.int64s(sizes)], sizes.length, {
        attributes: { axis: order.indexOf(splitAxis(call)) },
      })
      return parts.map((part) => ({ name: part, order }))
    },
  },
  Unpack: {
    list: true,
    outputs(call) {
      const { shape, dtype } = input(call, 'value')
      const axis = unpackAxis(call)
      return rowMajor(at(shape, axis)).map(() => ({ shape: shape.toSpliced(axis, 1), dtype }))
    },
    emit(call, { graph, inOrder, reshape }) {
      const value = input(call, 'value')
      const axis = unpackAxis(call)
      const count = at(value.shape, axis)
      const name = inOrder(value, rowMajor(value.shape.length))
      const sizes = graph.int64s(rowMajor(count).map(() => 1))
      const parts = graph.addMany('Split', [name, sizes], count, { attributes: { axis } })
      const shape = value.shape.toSpliced(axis, 1)
      return parts.map((part) => ({
        name: reshape(part, shape, value.shape.with(axis, 1)),
        order: rowMajor(shape.length),
      }))
    },
  },
}

/** The tensors that have elements. */
function solid(call: Call) {
  return inputList(call).filter(({ shape }) => sizeOf(shape) > 0)
}

function concatAxis(call: Call): number {
  const axis = attribute<number>(call, 'axis')
  return axis < 0 ? axis + (inputList(call)[0]?.shape.length ?? 0) : axis
}

function concatenated(call: Call): Meta {
  const values = inputList(call)
  const axis = concatAxis(call)
  const [first] = values
  if (!first) throw new Error('Concat of nothing')
  return {
    shape: first.shape.with(axis, total(values.map((value) => at(value.shape, axis)))),
    dtype: first.dtype,
  }
}

function packAxis(call: Call): number {
  const axis = attribute<number>(call, 'axis')
  return axis < 0 ? axis + (inputList(call)[0]?.shape.length ?? 0) + 1 : axis
}

function splitAxis(call: Call): number {
  const axis = attribute<number>(call, 'axis')
  return axis < 0 ? axis + input(call, 'x').shape.length : axis
}

/** The lengths of the parts; tfjs gives them, with -1 for the rest, or their number. */
function splitSizes(call: Call): number[] {
  const length = at(input(call, 'x').shape, splitAxis(call))
  const wanted = attribute<number | readonly number[]>(call, 'numOrSizeSplits')
  if (typeof wanted === 'number') return rowMajor(wanted).map(() => length / wanted)
  const known = total(wanted.filter((size) => size >= 0))
  return wanted.map((size) => (size < 0 ? length - known : size))
}

function unpackAxis(call: Call): number {
  const axis = attribute<number>(call, 'axis')
  return axis < 0 ? axis + input(call, 'value').shape.length : axis
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
