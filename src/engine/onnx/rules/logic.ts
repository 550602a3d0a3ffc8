import type { Graph } from '../graph.js'
import { elementwise } from './elementwise.js'
import type { Rule } from './rule.js'

/** Kernels that ask, and the one that chooses. */
export const logicRules: Readonly<Record<string, Rule>> = {
  Equal: truth(['a', 'b'], (graph, operands) => graph.add('Equal', operands)),
  NotEqual: truth(['a', 'b'], (graph, operands) => not(graph, graph.add('Equal', operands))),
  Greater: truth(['a', 'b'], (graph, operands) => graph.add('Greater', operands)),
  GreaterEqual: truth(['a', 'b'], (graph, operands) => graph.add('GreaterOrEqual', operands)),
  Less: truth(['a', 'b'], (graph, operands) => graph.add('Less', operands)),
  LessEqual: truth(['a', 'b'], (graph, operands) => graph.add('LessOrEqual', operands)),
  LogicalAnd: truth(['a', 'b'], (graph, operands) => graph.add('And', operands)),
  LogicalOr: truth(['a', 'b'], (graph, operands) => graph.add('Or', operands)),
  LogicalNot: truth(['x'], (graph, [x = '']) => not(graph, x)),
  IsNan: truth(['x'], (graph, operands) => graph.add('IsNaN', operands)),
  IsInf: truth(['x'], (graph, operands) => graph.add('IsInf', operands)),
  IsFinite: truth(['x'], (graph, operands) =>
    not(graph, graph.add('Or', [graph.add('IsNaN', operands), graph.add('IsInf', operands)])),
  ),
  Select: elementwise({
    operands: ['condition', 't', 'e'],
    emit: ({ graph }, operands) => graph.add('Where', operands),
  }),
}

function truth(
  operands: readonly string[],
  compute: (graph: Graph, operands: readonly string[]) => string,
): Rule {
  return elementwise({ operands, dtype: 'bool', emit: ({ graph }, names) => compute(graph, names) })
}

function not(graph: Graph, name: string): string {
  return graph.add('Not', [name])
}
