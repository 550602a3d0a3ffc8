import { rowMajor, sameLayout, storedShape, type Order } from '../layout.js'
import type { Lowering } from '../lowering.js'
import {
  attribute,
  fillOf,
  input,
  sameShape,
  sizeOf,
  type Call,
  type Meta,
  type Shape,
  type Value,
  type ValueType,
} from '../values.js'
import type { Rule } from './rule.js'

type Emit = (lowering: Lowering, operands: readonly string[], call: Call) => string

interface Elementwise {
  readonly operands: readonly string[]
  readonly emit: Emit
  /** The same on plain numbers, for fills. */
  readonly fold?: (...numbers: number[]) => number
  readonly dtype?: ValueType
  /** An operand that equals the result. */
  readonly same?: (call: Call) => Value | undefined
}

const unary = (op: string, fold?: (x: number) => number): Rule =>
  elementwise({
    operands: ['x'],
    emit: ({ graph }, operands) => graph.add(op, operands),
    ...(fold ? { fold } : {}),
  })

const binary = (
  op: string,
  fold: (a: number, b: number) => number,
  same?: Elementwise['same'],
): Rule =>
  elementwise({
    operands: ['a', 'b'],
    emit: ({ graph }, operands) => graph.add(op, operands),
    fold,
    ...(same ? { same } : {}),
  })

const comparison = (op: string, negate = false): Rule =>
  elementwise({
    operands: ['a', 'b'],
    dtype: 'bool',
    emit: ({ graph }, operands) => {
      const result = graph.add(op, operands)
      return negate ? graph.add('Not', [result]) : result
    },
  })

/**
 * HardSigmoid(x) = max(0, min(1, alpha*x)) is a 0/1 mask in one pass for every x that is not denormal. It is taken from
 * relu(x) where there is one, so that nothing else reads x, and ONNX Runtime can compute the Relu inside a Gemm.
 */
const steep = 3e38

/** Kernels that compute each element by itself, with broadcasting. */
export const elementwiseRules: Readonly<Record<string, Rule>> = {
  Abs: unary('Abs', Math.abs),
  Ceil: unary('Ceil', Math.ceil),
  Cos: unary('Cos', Math.cos),
  Elu: elementwise({
    operands: ['x'],
    emit: ({ graph }, operands) => graph.add('Elu', operands),
  }),
  EluGrad: elementwise({
    operands: ['dy', 'y'],
    emit: ({ graph }, [dy = '', y = '']) => {
      const [zero, one] = [graph.floats([0], []), graph.floats([1], [])]
      const falling = graph.add('Add', [graph.add('Min', [y, zero]), one])
      return graph.add('Mul', [dy, falling])
    },
  }),
  Erf: unary('Erf'),
  Exp: unary('Exp', Math.exp),
  Floor: unary('Floor', Math.floor),
  Log: unary('Log', Math.log),
  LogicalNot: elementwise({
    operands: ['x'],
    dtype: 'bool',
    emit: ({ graph }, operands) => graph.add('Not', operands),
  }),
  Neg: unary('Neg', (x) => -x),
  Reciprocal: unary('Reciprocal', (x) => 1 / x),
  Relu: unary('Relu', (x) => Math.max(0, x)),
  Round: unary('Round'),
  Rsqrt: elementwise({
    operands: ['x'],
    emit: ({ graph }, operands) => graph.add('Reciprocal', [graph.add('Sqrt', operands)]),
    fold: (x) => 1 / Math.sqrt(x),
  }),
  Selu: unary('Selu'),
  Sigmoid: unary('Sigmoid'),
  Sign: unary('Sign', Math.sign),
  Sin: unary('Sin', Math.sin),
  Softplus: unary('Softplus'),
  Sqrt: unary('Sqrt', Math.sqrt),
  Square: elementwise({
    operands: ['x'],
    emit: ({ graph }, [x = '']) => graph.add('Mul', [x, x]),
    fold: (x) => x * x,
  }),
  Tanh: unary('Tanh', Math.tanh),
  Expm1: elementwise({
    operands: ['x'],
    emit: ({ graph }, operands) =>
      graph.add('Sub', [graph.add('Exp', operands), graph.floats([1], [])]),
    fold: Math.expm1,
  }),
  Log1p: elementwise({
    operands: ['x'],
    emit: ({ graph }, [x = '']) => graph.add('Log', [graph.add('Add', [x, graph.floats([1], [])])]),
    fold: Math.log1p,
  }),
  LeakyRelu: elementwise({
    operands: ['x'],
    emit: ({ graph }, operands, call) =>
      graph.add('LeakyRelu', operands, {
        attributes: { alpha: { float: attribute(call, 'alpha') } },
      }),
  }),
  Relu6: clip(() => [0, 6]),
  ClipByValue: clip((call) => [attribute(call, 'clipValueMin'), attribute(call, 'clipValueMax')]),
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

  Add: binary('Add', (a, b) => a + b, neutral(0, ['a', 'b'])),
  Sub: binary('Sub', (a, b) => a - b, neutral(0, ['b'])),
  Multiply: binary('Mul', (a, b) => a * b, neutral(1, ['a', 'b'])),
  RealDiv: binary('Div', (a, b) => a / b, neutral(1, ['b'])),
  Maximum: binary('Max', Math.max),
  Minimum: binary('Min', Math.min),
  Pow: binary('Pow', Math.pow, neutral(1, ['b'])),
  Prelu: elementwise({
    operands: ['x', 'alpha'],
    emit: ({ graph }, operands) => graph.add('PRelu', operands),
  }),
  SquaredDifference: elementwise({
    operands: ['a', 'b'],
    emit: ({ graph }, operands) => {
      const difference = graph.add('Sub', operands)
      return graph.add('Mul', [difference, difference])
    },
    fold: (a, b) => (a - b) ** 2,
  }),
  Equal: comparison('Equal'),
  NotEqual: comparison('Equal', true),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  LogicalAnd: comparison('And'),
  LogicalOr: comparison('Or'),
  Select: elementwise({
    operands: ['condition', 't', 'e'],
    emit: ({ graph }, operands) => graph.add('Where', operands),
  }),
  AddN: {
    outputs: (call) => [shared(Object.values(call.inputs))],
    emit: (call, lowering) => {
      const values = Object.values(call.inputs)
      const order = commonOrder(lowering, values, shared(values).shape)
      const names = values.map((value) => lowering.operand(value, order))
      return [{ name: stretch(lowering, lowering.graph.add('Sum', names), values, order), order }]
    },
  },
}

function elementwise({ operands, emit, fold, dtype, same }: Elementwise): Rule {
  const values = (call: Call) => operands.map((name) => input(call, name))
  const meta = (call: Call): Meta => {
    const result = shared(values(call))
    return dtype ? { ...result, dtype } : result
  }
  return {
    combine: { operands, emit },
    outputs: (call) => [meta(call)],
    simplify(call, fill) {
      const fills = values(call).map(fillOf)
      if (fold && fills.every((number) => number !== undefined)) {
        return fill(meta(call), Math.fround(fold(...fills)))
      }
      return same?.(call)
    },
    emit(call, lowering) {
      const { shape } = meta(call)
      const order = commonOrder(lowering, values(call), shape)
      const names = values(call).map((value) => lowering.operand(value, order))
      const name = emit(lowering, names, call)
      return [{ name: stretch(lowering, name, values(call), order), order }]
    },
  }
}

/**
 * Gives a result its full dimensions. They are less where only a fill had them all, as fills take part as scalars, and
 * where operands of lower rank left out leading ones.
 */
function stretch(
  { graph, reshape }: Lowering,
  name: string,
  values: readonly Value[],
  order: Order,
): string {
  const { shape } = shared(values)
  const solid = values.filter((value) => fillOf(value) === undefined)
  if (solid.some((value) => sameShape(value.shape, shape))) return name
  const dims = storedShape(shape, order)
  if (solid.length === 0 || sizeOf(shared(solid).shape) < sizeOf(shape)) {
    return graph.add('Expand', [name, graph.int64s(dims)])
  }
  return dims[0] === 1 ? reshape(name, dims) : name
}

/** Clip treats its bounds as constants, so the value is the only operand. */
function clip(bounds: (call: Call) => readonly [number, number]): Rule {
  return elementwise({
    operands: ['x'],
    emit: ({ graph }, [x = ''], call) => {
      const [low, high] = bounds(call)
      return graph.add('Clip', [x, graph.floats([low], []), graph.floats([high], [])])
    },
  })
}

/** The other operand, where one of those named is filled with a number that changes nothing. */
function neutral(number: number, names: readonly string[]): Elementwise['same'] {
  return (call) => {
    const { shape } = shared(Object.values(call.inputs))
    const name = names.find((candidate) => fillOf(input(call, candidate)) === number)
    if (name === undefined) return undefined
    const other = input(call, name === 'a' ? 'b' : 'a')
    return sameShape(other.shape, shape) ? other : undefined
  }
}

/** Shape of the broadcast, and the type of the last operand (a condition comes first). */
function shared(values: readonly Value[]): Meta {
  const rank = Math.max(...values.map((value) => value.shape.length))
  const shape = rowMajor(rank).map((axis) => {
    const sizes = values.map((value) => value.shape[axis - rank + value.shape.length] ?? 1)
    return sizes.find((size) => size !== 1) ?? 1
  })
  const last = values.at(-1)
  if (!last) throw new Error('An elementwise kernel without operands')
  return { shape, dtype: last.dtype }
}

/** The layout of the largest operand; among equals, one that is not row-major, as it follows the feature maps. */
export function commonOrder(lowering: Lowering, values: readonly Value[], shape: Shape): Order {
  const plain = rowMajor(shape.length)
  const full = values.filter(
    (value) => value.shape.length === shape.length && fillOf(value) === undefined,
  )
  const largest = Math.max(0, ...full.map((value) => sizeOf(value.shape)))
  const orders = full
    .filter((value) => sizeOf(value.shape) === largest)
    .map((value) => lowering.place(value).order)
  return orders.find((order) => !sameLayout(shape, order, plain)) ?? orders[0] ?? plain
}
