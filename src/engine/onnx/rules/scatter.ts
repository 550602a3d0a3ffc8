import { backend_util } from '@tensorflow/tfjs-core'
import { cast } from '../graph.js'
import { rowMajor } from '../layout.js'
import type { Lowering } from '../lowering.js'
import { attribute, input, sizeOf, type Shape, type Value } from '../values.js'
import { scalarOf, type Rule } from './rule.js'

/**
 * Kernels that write to places told by indices. They use ScatterElements, which ONNX Runtime computes in order: values
 * for one place add up, or overwrite each other, alike in every run.
 */
export const scatterRules: Readonly<Record<string, Rule>> = {
  ScatterNd: {
    outputs: (call) => [
      { shape: attribute<Shape>(call, 'shape'), dtype: input(call, 'updates').dtype },
    ],
    emit(call, lowering) {
      const updates = input(call, 'updates')
      const target = { shape: attribute<Shape>(call, 'shape'), dtype: updates.dtype }
      const zeros = filled(lowering, scalarOf(lowering, 0, updates.dtype), target.shape)
      const name = scatter(lowering, zeros, target.shape, input(call, 'indices'), updates, 'add')
      return [{ name, order: rowMajor(target.shape.length) }]
    },
  },
  TensorScatterUpdate: {
    outputs: (call) => [input(call, 'tensor')],
    emit(call, lowering) {
      const tensor = input(call, 'tensor')
      const order = rowMajor(tensor.shape.length)
      const start = lowering.inOrder(tensor, order)
      const [indices, updates] = [input(call, 'indices'), input(call, 'updates')]
      return [{ name: scatter(lowering, start, tensor.shape, indices, updates, 'none'), order }]
    },
  },
  SparseToDense: {
    outputs: (call) => [
      { shape: attribute<Shape>(call, 'outputShape'), dtype: input(call, 'sparseValues').dtype },
    ],
    emit(call, lowering) {
      const shape = attribute<Shape>(call, 'outputShape')
      const start = filled(lowering, lowering.operand(input(call, 'defaultValue'), []), shape)
      const [indices, values] = [input(call, 'sparseIndices'), input(call, 'sparseValues')]
      const name = scatter(lowering, start, shape, indices, values, 'none')
      return [{ name, order: rowMajor(shape.length) }]
    },
  },
  /** Rows whose segment is out of range add to a last one that is dropped. */
  UnsortedSegmentSum: {
    outputs: (call) => {
      const { shape, dtype } = input(call, 'x')
      return [{ shape: [attribute<number>(call, 'numSegments'), ...shape.slice(1)], dtype }]
    },
    emit(call, lowering) {
      const { graph, reshape, inOrder } = lowering
      const [x, ids] = [input(call, 'x'), input(call, 'segmentIds')]
      const [count = 1, ...rest] = x.shape
      const segments = attribute<number>(call, 'numSegments')
      const [width, last] = [sizeOf(rest), graph.int32s([segments], [])]
      const id = inOrder(ids, [0])
      const isKnown = graph.add('And', [
        graph.add('GreaterOrEqual', [id, graph.int32s([0], [])]),
        graph.add('Less', [id, last]),
      ])
      const rows = reshape(graph.add('Where', [isKnown, id, last]), [count, 1], [count])
      const places = graph.add('Expand', [rows, graph.int64s([count, width])])
      const zeros = filled(lowering, scalarOf(lowering, 0, x.dtype), [segments + 1, width])
      const values = reshape(inOrder(x, rowMajor(x.shape.length)), [count, width])
      const sums = addAt(lowering, zeros, places, values, 'add')
      const bounds = [[0], [segments], [0]].map((list) => graph.int64s(list))
      const kept = graph.add('Slice', [sums, ...bounds])
      const shape = [segments, ...rest]
      return [{ name: reshape(kept, shape, [segments, width]), order: rowMajor(shape.length) }]
    },
  },
}

type Reduction = 'add' | 'none'

/** Writes slices [numUpdates, sliceSize] into a tensor of that shape, at the places that rows of indices name. */
function scatter(
  lowering: Lowering,
  start: string,
  shape: Shape,
  indices: Value,
  updates: Value,
  reduction: Reduction,
): string {
  const { graph, reshape, inOrder } = lowering
  const { sliceRank, numUpdates, sliceSize, strides, outputSize } = backend_util.calculateShapes(
    { shape: [...updates.shape], rank: updates.shape.length } as never,
    { shape: [...indices.shape], rank: indices.shape.length } as never,
    [...shape],
  )
  const rows = reshape(inOrder(indices, rowMajor(indices.shape.length)), [numUpdates, sliceRank])
  const weights = graph.int32s(strides.slice(0, sliceRank), [sliceRank])
  const axis = graph.int64s([1])
  const flat = graph.add('ReduceSum', [graph.add('Mul', [rows, weights]), axis])
  const places = graph.add('Expand', [flat, graph.int64s([numUpdates, sliceSize])])
  const values = graph.add('Expand', [
    reshape(inOrder(updates, rowMajor(updates.shape.length)), [
      updates.shape.length === 0 ? 1 : numUpdates,
      updates.shape.length === 0 ? 1 : sliceSize,
    ]),
    graph.int64s([numUpdates, sliceSize]),
  ])
  const into = reshape(start, [outputSize / sliceSize, sliceSize], shape)
  const result = addAt(lowering, into, places, values, reduction)
  return reshape(result, shape, [outputSize / sliceSize, sliceSize])
}

function addAt(
  { graph }: Lowering,
  into: string,
  places: string,
  values: string,
  reduction: Reduction,
): string {
  return graph.add('ScatterElements', [into, cast(graph, places, 'int64'), values], {
    attributes: { axis: 0, reduction },
  })
}

function filled({ graph }: Lowering, number: string, shape: Shape): string {
  return graph.add('Expand', [number, graph.int64s(shape)])
}
