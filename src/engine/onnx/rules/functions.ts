import { attribute, input } from '../values.js'
import { cast, type Graph } from '../graph.js'
import { elementwise } from './elementwise.js'
import { scalarOf, type Rule } from './rule.js'

/** Functions of one number. */
export const functionRules: Readonly<Record<string, Rule>> = {
  Abs: own('Abs', Math.abs),
  Acos: float('Acos', Math.acos),
  Acosh: float('Acosh', Math.acosh),
  Asin: float('Asin', Math.asin),
  Asinh: float('Asinh', Math.asinh),
  Atan: float('Atan', Math.atan),
  Atanh: float('Atanh', Math.atanh),
  Ceil: float('Ceil', Math.ceil),
  Cos: float('Cos', Math.cos),
  Cosh: float('Cosh', Math.cosh),
  Erf: float('Erf'),
  Exp: float('Exp', Math.exp),
  Expm1: float(expm1, Math.expm1),
  Floor: float('Floor', Math.floor),
  Log: float('Log', Math.log),
  Log1p: float(log1p, Math.log1p),
  Neg: own('Neg', (x) => -x),
  Reciprocal: float('Reciprocal', (x) => 1 / x),
  Round: float('Round'),
  Rsqrt: float(
    (graph, x) => graph.add('Reciprocal', [graph.add('Sqrt', [x])]),
    (x) => 1 / Math.sqrt(x),
  ),
  Sign: own('Sign', Math.sign),
  Sin: float('Sin', Math.sin),
  Sinh: float('Sinh', Math.sinh),
  Sqrt: float('Sqrt', Math.sqrt),
  Square: own(
    (graph, x) => graph.add('Mul', [x, x]),
    (x) => x * x,
  ),
  Tan: float('Tan', Math.tan),
  /** Clip treats its bounds as constants, so the value is the only operand. */
  ClipByValue: elementwise({
    operands: ['x'],
    emit: (lowering, [x = ''], call) => {
      const { dtype } = input(call, 'x')
      const bounds = ['clipValueMin', 'clipValueMax'].map((name) =>
        scalarOf(lowering, attribute<number>(call, name), dtype),
      )
      return lowering.graph.add('Clip', [x, ...bounds])
    },
  }),
}

type Compute = string | ((graph: Graph, x: string) => string)

/** A function whose result has its argument's type. */
function own(compute: Compute, fold?: (x: number) => number): Rule {
  return elementwise({
    operands: ['x'],
    emit: ({ graph }, [x = '']) => apply(graph, compute, x),
    ...(fold ? { fold } : {}),
  })
}

/** A function of real numbers; integers are converted. */
function float(compute: Compute, fold?: (x: number) => number): Rule {
  return elementwise({
    operands: ['x'],
    dtype: 'float32',
    emit: ({ graph }, [x = ''], call) => {
      const isFloat = input(call, 'x').dtype === 'float32'
      return apply(graph, compute, isFloat ? x : cast(graph, x, 'float32'))
    },
    ...(fold ? { fold } : {}),
  })
}

function apply(graph: Graph, compute: Compute, x: string): string {
  return typeof compute === 'string' ? graph.add(compute, [x]) : compute(graph, x)
}

function expm1(graph: Graph, x: string): string {
  return graph.add('Sub', [graph.add('Exp', [x]), graph.floats([1], [])])
}

function log1p(graph: Graph, x: string): string {
  return graph.add('Log', [graph.add('Add', [x, graph.floats([1], [])])])
}
