import { attribute } from '../values.js'
import { elementwise } from './elementwise.js'
import type { Rule } from './rule.js'

/**
 * HardSigmoid(x) = max(0, min(1, alpha*x)) is a 0/1 mask in one pass for every x that is not denormal. It is taken from
 * relu(x) where there is one, so that nothing else reads x, and ONNX Runtime can compute the Relu inside a Gemm.
 */
const steep = 3e38

/** Activations and their slopes. */
export const nonlinearRules: Readonly<Record<string, Rule>> = {
  Elu: plain('Elu'),
  EluGrad: elementwise({
    operands: ['dy', 'y'],
    emit: ({ graph }, [dy = '', y = '']) => {
      const [zero, one] = [graph.floats([0], []), graph.floats([1], [])]
      const falling = graph.add('Add', [graph.add('Min', [y, zero]), one])
      return graph.add('Mul', [dy, falling])
    },
  }),
  LeakyRelu: elementwise({
    operands: ['x'],
    emit: ({ graph }, operands, call) =>
      graph.add('LeakyRelu', operands, {
        attributes: { alpha: { float: attribute(call, 'alpha') } },
      }),
  }),
  Prelu: elementwise({
    operands: ['x', 'alpha'],
    emit: ({ graph }, operands) => graph.add('PRelu', operands),
  }),
  Relu: plain('Relu', (x) => Math.max(0, x)),
  Relu6: elementwise({
    operands: ['x'],
    emit: ({ graph }, [x = '']) =>
      graph.add('Clip', [x, graph.floats([0], []), graph.floats([6], [])]),
  }),
  Selu: plain('Selu'),
  Sigmoid: plain('Sigmoid'),
  Softplus: plain('Softplus'),
  Step: elementwise({
    operands: ['x'],
    emit: ({ graph }, operands, call) => {
      const slope = attribute<number | undefined>(call, 'alpha')
      const attributes = { alpha: { float: steep }, beta: { float: 0 } }
      const positive = graph.find('Relu', operands) ?? operands[0] ?? ''
      const mask = graph.add('HardSigmoid', [positive], { attributes })
      if (!slope) return mask
      const scaled = graph.add('Mul', [mask, graph.floats([1 - slope], [])])
      return graph.add('Add', [scaled, graph.floats([slope], [])])
    },
  }),
  Tanh: plain('Tanh', Math.tanh),
}

function plain(op: string, fold?: (x: number) => number): Rule {
  return elementwise({
    operands: ['x'],
    emit: ({ graph }, operands) => graph.add(op, operands),
    ...(fold ? { fold } : {}),
  })
}
