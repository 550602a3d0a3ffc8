import { cast } from '../graph.js'
import type { Placed } from '../lowering.js'
import { fillOf, input, inputList, sameShape, type Call, type Value } from '../values.js'
import { broadcastShape, combineAll, elementwise } from './elementwise.js'
import { scalarOf, type Rule } from './rule.js'

/** Kernels that join two numbers, or many. */
export const arithmeticRules: Readonly<Record<string, Rule>> = {
  Add: binary('Add', (a, b) => a + b, neutral(0, ['a', 'b'])),
  Sub: binary('Sub', (a, b) => a - b, neutral(0, ['b'])),
  Multiply: binary('Mul', (a, b) => a * b, neutral(1, ['a', 'b'])),
  RealDiv: binary('Div', (a, b) => a / b, neutral(1, ['b'])),
  Maximum: binary('Max', Math.max),
  Minimum: binary('Min', Math.min),
  Pow: binary('Pow', Math.pow, neutral(1, ['b'])),
  BitwiseAnd: binary('BitwiseAnd', (a, b) => a & b),
  SquaredDifference: elementwise({
    operands: ['a', 'b'],
    emit: ({ graph }, operands) => {
      const difference = graph.add('Sub', operands)
      return graph.add('Mul', [difference, difference])
    },
    fold: (a, b) => (a - b) ** 2,
  }),
  /** tfjs' result is an integer, whatever the operands are. */
  FloorDiv: elementwise({
    operands: ['a', 'b'],
    dtype: 'int32',
    emit: ({ graph }, [a = '', b = ''], call) => {
      if (input(call, 'a').dtype === 'float32') {
        return cast(graph, graph.add('Floor', [graph.add('Div', [a, b])]), 'int32')
      }
      return graph.add('Div', [graph.add('Sub', [a, graph.add('Mod', [a, b])]), b])
    },
    fold: (a, b) => Math.floor(a / b),
  }),
  /** The remainder has the divisor's sign; ONNX does so for integers, and takes the dividend's for floats. */
  Mod: elementwise({
    operands: ['a', 'b'],
    emit: (lowering, [a = '', b = ''], call) => {
      const { graph } = lowering
      const { dtype } = input(call, 'a')
      if (dtype === 'int32') return graph.add('Mod', [a, b])
      const rest = graph.add('Mod', [a, b], { attributes: { fmod: 1 } })
      const zero = scalarOf(lowering, 0, dtype)
      const opposed = graph.add('Less', [graph.add('Mul', [rest, b]), zero])
      return graph.add('Where', [opposed, graph.add('Add', [rest, b]), rest])
    },
  }),
  Atan2: elementwise({
    operands: ['a', 'b'],
    emit: ({ graph }, [a = '', b = '']) => {
      const [zero, half, full] = [0, Math.PI, -Math.PI].map((n) => graph.floats([n], []))
      const [left, below] = [b, a].map((side) => graph.add('Less', [side, zero ?? '']))
      const turn = graph.add('Where', [below ?? '', full ?? '', half ?? ''])
      const shift = graph.add('Where', [left ?? '', turn, zero ?? ''])
      const angle = graph.add('Add', [graph.add('Atan', [graph.add('Div', [a, b])]), shift])
      const isOrigin = graph.add('And', [
        graph.add('Equal', [a, zero ?? '']),
        graph.add('Equal', [b, zero ?? '']),
      ])
      return graph.add('Where', [isOrigin, zero ?? '', angle])
    },
    fold: Math.atan2,
  }),
  AddN: {
    outputs: (call) => [broadcastShape(inputList(call))],
    emit: (call, lowering): readonly Placed[] => [
      combineAll(lowering, inputList(call), (names) => lowering.graph.add('Sum', names)),
    ],
  },
}

function binary(
  op: string,
  fold: (a: number, b: number) => number,
  same?: (call: Call) => Value | undefined,
): Rule {
  return elementwise({
    operands: ['a', 'b'],
    emit: ({ graph }, operands) => graph.add(op, operands),
    fold,
    ...(same ? { same } : {}),
  })
}

/** The other operand, where one of those named is filled with a number that changes nothing. */
function neutral(number: number, names: readonly string[]): (call: Call) => Value | undefined {
  return (call) => {
    const { shape } = broadcastShape(Object.values(call.inputs))
    const name = names.find((candidate) => fillOf(input(call, candidate)) === number)
    if (name === undefined) return undefined
    const other = input(call, name === 'a' ? 'b' : 'a')
    return sameShape(other.shape, shape) ? other : undefined
  }
}
