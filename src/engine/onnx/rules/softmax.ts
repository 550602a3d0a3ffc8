import { attribute, input, type Call } from '../values.js'
import type { Rule } from './rule.js'

/** Softmax and its logarithm along one axis. */
export const softmaxRules: Readonly<Record<string, Rule>> = {
  Softmax: along('Softmax', 'logits', 'dim'),
  LogSoftmax: along('LogSoftmax', 'logits', 'axis'),
}

function along(op: string, operand: string, axisName: string): Rule {
  const logicalAxis = (call: Call) => {
    const axis = attribute<number>(call, axisName)
    return axis < 0 ? axis + input(call, operand).shape.length : axis
  }
  return {
    outputs: (call) => [input(call, operand)],
    emit(call, { graph, place }) {
      const { name, order } = place(input(call, operand))
      const axis = order.indexOf(logicalAxis(call))
      return [{ name: graph.add(op, [name], { attributes: { axis } }), order }]
    },
  }
}
