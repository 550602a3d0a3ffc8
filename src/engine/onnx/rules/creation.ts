import { rowMajor } from '../layout.js'
import { attribute, input, sizeOf, type Call } from '../values.js'
import { scalarOf, type Rule } from './rule.js'

/** Kernels that count. */
export const creationRules: Readonly<Record<string, Rule>> = {
  Range: {
    outputs: (call) => [{ shape: [range(call).length], dtype: attribute(call, 'dtype') }],
    emit(call, { graph }) {
      const numbers = range(call)
      const constant = attribute(call, 'dtype') === 'int32' ? graph.int32s : graph.floats
      return [{ name: constant(numbers, [numbers.length]), order: [0] }]
    },
  },
  LinSpace: {
    outputs: (call) => [{ shape: [attribute<number>(call, 'num')], dtype: 'float32' }],
    emit(call, { graph }) {
      const [start, stop] = [attribute<number>(call, 'start'), attribute<number>(call, 'stop')]
      const count = attribute<number>(call, 'num')
      const step = (stop - start) / (count - 1)
      const numbers = rowMajor(count).map((index) => start + (index === 0 ? 0 : index * step))
      return [{ name: graph.floats(numbers, [count]), order: [0] }]
    },
  },
  /** A tensor as the diagonal of a larger one of twice its rank. */
  Diag: {
    outputs: (call) => {
      const { shape, dtype } = input(call, 'x')
      return [{ shape: [...shape, ...shape], dtype }]
    },
    emit(call, lowering) {
      const { graph, inOrder, reshape } = lowering
      const x = input(call, 'x')
      const size = sizeOf(x.shape)
      const flat = reshape(inOrder(x, rowMajor(x.shape.length)), [size])
      const places = [graph.int32s(rowMajor(size), [size, 1]), graph.int32s(rowMajor(size), [size])]
      const zero = scalarOf(lowering, 0, x.dtype)
      const square = graph.add('Where', [graph.add('Equal', places), flat, zero])
      const shape = [...x.shape, ...x.shape]
      return [{ name: reshape(square, shape, [size, size]), order: rowMajor(shape.length) }]
    },
  },
}

/** Like TensorFlow's, the step turns around where it would lead away from the stop. */
function range(call: Call): number[] {
  const [start, stop] = [attribute<number>(call, 'start'), attribute<number>(call, 'stop')]
  const given = attribute<number>(call, 'step')
  if (start === stop || (start < stop && given < 0) || (stop < start && given > 1)) return []
  const step = stop < start && given === 1 ? -1 : given
  const count = Math.abs(Math.ceil((stop - start) / step))
  return rowMajor(count).map((index) => start + index * step)
}
