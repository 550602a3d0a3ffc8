import { at, rowMajor } from '../layout.js'
import { cast } from '../graph.js'
import { attribute, input, inputList, type Call, type Meta, type ValueType } from '../values.js'
import { commonOrder } from './elementwise.js'
import type { Rule } from './rule.js'

/** Kernels that pick, join or pad. */
export const indexingRules: Readonly<Record<string, Rule>> = {
  PadV2: {
    outputs: (call) => {
      const { shape, dtype } = input(call, 'x')
      return [{ shape: shape.map((size, i) => size + sum(paddings(call)[i] ?? [])), dtype }]
    },
    emit(call, { graph, place }) {
      const { name, order } = place(input(call, 'x'))
      const byAxis = order.map((axis) => paddings(call)[axis] ?? [0, 0])
      const pads = graph.int64s([
        ...byAxis.map(([before]) => before),
        ...byAxis.map(([, after]) => after),
      ])
      const value = graph.floats([attribute<number>(call, 'constantValue')], [])
      return [{ name: graph.add('Pad', [name, pads, value]), order }]
    },
  },
  Concat: {
    outputs: (call) => [concatenated(call)],
    emit(call, lowering) {
      const values = inputList(call)
      const order = commonOrder(lowering, values, concatenated(call).shape)
      const names = values.map((value) => lowering.inOrder(value, order))
      const axis = order.indexOf(concatAxis(call))
      return [{ name: lowering.graph.add('Concat', names, { attributes: { axis } }), order }]
    },
  },
  Pack: {
    outputs: (call) => {
      const [first] = inputList(call)
      const shape = first?.shape ?? []
      const axis = attribute<number>(call, 'axis')
      return [
        {
          shape: shape.toSpliced(axis, 0, inputList(call).length),
          dtype: first?.dtype ?? 'float32',
        },
      ]
    },
    emit(call, { graph, inOrder, reshape }) {
      const axis = attribute<number>(call, 'axis')
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
      return parts.map((part) => ({ name: reshape(part, shape), order: rowMajor(shape.length) }))
    },
  },
  GatherV2: {
    outputs: (call) => {
      const { shape, dtype } = input(call, 'x')
      const axis = attribute<number>(call, 'axis')
      return [{ shape: shape.toSpliced(axis, 1, ...input(call, 'indices').shape), dtype }]
    },
    emit(call, { graph, inOrder }) {
      const [x, indices] = [input(call, 'x'), input(call, 'indices')]
      if (attribute<number | undefined>(call, 'batchDims')) throw new Error('gather with batchDims')
      const names = [x, indices].map((value) => inOrder(value, rowMajor(value.shape.length)))
      const axis = attribute<number>(call, 'axis')
      const order = rowMajor(call.outputs[0]?.shape.length ?? 0)
      return [{ name: graph.add('Gather', names, { attributes: { axis } }), order }]
    },
  },
  OneHot: {
    outputs: (call) => [
      {
        shape: [...input(call, 'indices').shape, attribute<number>(call, 'depth')],
        dtype: attribute<ValueType | undefined>(call, 'dtype') ?? 'int32',
      },
    ],
    emit(call, { graph, inOrder, reshape }) {
      const indices = input(call, 'indices')
      const depth = attribute<number>(call, 'depth')
      const column = reshape(inOrder(indices, rowMajor(indices.shape.length)), [
        ...indices.shape,
        1,
      ])
      const hit = graph.add('Equal', [column, graph.int32s(rowMajor(depth), [depth])])
      const [on, off] = [attribute<number>(call, 'onValue'), attribute<number>(call, 'offValue')]
      const { dtype = 'int32', shape } = call.outputs[0] ?? {}
      const order = rowMajor(shape?.length ?? 0)
      if (on === 1 && off === 0) return [{ name: cast(graph, hit, dtype), order }]
      const values = [on, off].map((number) => graph.floats([number], []))
      const chosen = graph.add('Where', [hit, ...values])
      return [{ name: dtype === 'float32' ? chosen : cast(graph, chosen, dtype), order }]
    },
  },
}

function paddings(call: Call): readonly (readonly [number, number])[] {
  return attribute(call, 'paddings')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
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
    shape: first.shape.with(axis, sum(values.map((v) => at(v.shape, axis)))),
    dtype: first.dtype,
  }
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
  const known = sum(wanted.filter((size) => size >= 0))
  return wanted.map((size) => (size < 0 ? length - known : size))
}

function unpackAxis(call: Call): number {
  const axis = attribute<number>(call, 'axis')
  return axis < 0 ? axis + input(call, 'value').shape.length : axis
}
