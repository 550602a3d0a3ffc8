import { backend_util } from '@tensorflow/tfjs-core'
import { cast } from '../graph.js'
import { rowMajor } from '../layout.js'
import type { Lowering, Placed } from '../lowering.js'
import { attribute, input, sizeOf, type Call, type ValueType } from '../values.js'
import type { Rule } from './rule.js'

/** Kernels that look up by index. */
export const gatherRules: Readonly<Record<string, Rule>> = {
  GatherV2: {
    outputs: (call) => [{ shape: lookup(call).outputShape, dtype: input(call, 'x').dtype }],
    emit: (call, lowering) => [
      lookup(call).batchSize === 1 && batchDims(call) === 0
        ? gather(call, lowering)
        : gatherInBatches(call, lowering),
    ],
  },
  GatherNd: {
    outputs: (call) => {
      const { shape, dtype } = input(call, 'params')
      const { shape: indices } = input(call, 'indices')
      const depth = indices.at(-1) ?? 0
      return [{ shape: [...indices.slice(0, -1), ...shape.slice(depth)], dtype }]
    },
    emit(call, { graph, inOrder }) {
      const [params, indices] = [input(call, 'params'), input(call, 'indices')]
      const [from = '', places = ''] = [params, indices].map((value) =>
        inOrder(value, rowMajor(value.shape.length)),
      )
      const name = graph.add('GatherND', [from, cast(graph, places, 'int64')])
      return [{ name, order: rowMajor(call.outputs[0]?.shape.length ?? 0) }]
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

function batchDims(call: Call): number {
  return attribute<number | undefined>(call, 'batchDims') ?? 0
}

function axisOf(call: Call): number {
  const axis = attribute<number>(call, 'axis')
  return axis < 0 ? axis + input(call, 'x').shape.length : axis
}

function lookup(call: Call) {
  const [x, indices] = [input(call, 'x'), input(call, 'indices')]
  return backend_util.segment_util.collectGatherOpShapeInfo(
    { shape: [...x.shape] } as never,
    { shape: [...indices.shape] } as never,
    axisOf(call),
    batchDims(call),
  )
}

/** A list of indices leaves the other axes where they lie. */
function gather(call: Call, { graph, place, inOrder }: Lowering): Placed {
  const [x, indices] = [input(call, 'x'), input(call, 'indices')]
  const isList = indices.shape.length === 1
  const { name, order } = isList
    ? place(x)
    : { name: inOrder(x, rowMajor(x.shape.length)), order: rowMajor(x.shape.length) }
  const places = inOrder(indices, rowMajor(indices.shape.length))
  const result = graph.add('Gather', [name, places], {
    attributes: { axis: order.indexOf(axisOf(call)) },
  })
  return { name: result, order: isList ? order : rowMajor(lookup(call).outputShape.length) }
}

/** Each leading element of x has its own indices: [batch, outer, dim, slice] by [batch, n]. */
function gatherInBatches(call: Call, { graph, inOrder, reshape }: Lowering): Placed {
  const [x, indices] = [input(call, 'x'), input(call, 'indices')]
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } = lookup(call)
  const count = sizeOf(indices.shape) / batchSize
  const flat = reshape(inOrder(x, rowMajor(x.shape.length)), [
    batchSize,
    outerSize,
    dimSize,
    sliceSize,
  ])
  const perm = [0, 2, 1, 3]
  const byPlace = graph.add('Transpose', [flat], { attributes: { perm } })
  const places = reshape(inOrder(indices, rowMajor(indices.shape.length)), [batchSize, count, 1])
  const picked = graph.add('GatherND', [byPlace, cast(graph, places, 'int64')], {
    attributes: { batch_dims: 1 },
  })
  const back = graph.add('Transpose', [picked], { attributes: { perm } })
  const order = rowMajor(outputShape.length)
  return { name: reshape(back, outputShape, [batchSize, outerSize, count, sliceSize]), order }
}
