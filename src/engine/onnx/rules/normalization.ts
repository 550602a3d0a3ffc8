import type { Lowering, Placed } from '../lowering.js'
import { attribute, input, type Call } from '../values.js'
import type { Rule } from './rule.js'

/** Normalization with given statistics, as y = x * s + t with one s and one t per channel. */
export const normalizationRules: Readonly<Record<string, Rule>> = {
  FusedBatchNorm: {
    outputs: (call) => [input(call, 'x')],
    emit(call, lowering) {
      const { graph, place, inOrder, operand } = lowering
      const x = input(call, 'x')
      const { order, name } = place(x)
      const { scale, offset } = call.inputs
      const [mean, variance] = [input(call, 'mean'), input(call, 'variance')]
      const vectors = [mean, variance, scale, offset]
      if (vectors.some((vector) => (vector?.shape.length ?? 1) > 1)) {
        return [normalizeEach(call, lowering)]
      }
      const epsilon = graph.floats([attribute<number>(call, 'varianceEpsilon')], [])
      const deviation = graph.add('Sqrt', [graph.add('Add', [inOrder(variance, [0]), epsilon])])
      const factor = scale
        ? graph.add('Div', [operand(scale, [0]), deviation])
        : graph.add('Reciprocal', [deviation])
      const shifted = graph.add('Mul', [inOrder(mean, [0]), factor])
      const shift = offset
        ? graph.add('Sub', [operand(offset, [0]), shifted])
        : graph.add('Neg', [shifted])
      const channel = x.shape.length - 1
      const dims = order.map((axis) => (axis === channel ? (x.shape[channel] ?? 1) : 1))
      const [s, t] = [factor, shift].map((vector) => lowering.reshape(vector, dims))
      const scaled = graph.add('Mul', [name, s ?? ''])
      return [{ name: graph.add('Add', [scaled, t ?? '']), order }]
    },
  },
}

/** Statistics of any shape that broadcasts against x, as tfjs' layer normalization passes them. */
function normalizeEach(call: Call, { graph, place, operand }: Lowering): Placed {
  const { name, order } = place(input(call, 'x'))
  const { scale, offset } = call.inputs
  const [mean, variance] = [input(call, 'mean'), input(call, 'variance')]
  const epsilon = graph.floats([attribute<number>(call, 'varianceEpsilon')], [])
  const deviation = graph.add('Sqrt', [graph.add('Add', [operand(variance, order), epsilon])])
  const centered = graph.add('Sub', [name, operand(mean, order)])
  const standard = graph.add('Div', [centered, deviation])
  const scaled = scale ? graph.add('Mul', [standard, operand(scale, order)]) : standard
  return { name: offset ? graph.add('Add', [scaled, operand(offset, order)]) : scaled, order }
}
