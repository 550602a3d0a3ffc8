import type { Graph } from '../../graph.js'

/** HardSigmoid(d) = max(0, min(1, steep * d + 1)) of x - max is 1 where they are equal and 0 elsewhere, in one pass. */
const steep = 3e38

/** 1 where a value equals the maximum of its window, else 0. */
export function whereEqual(graph: Graph, values: string, largest: string): string {
  const gap = graph.add('Sub', [values, largest])
  const attributes = { alpha: { float: steep }, beta: { float: 1 } }
  return graph.add('HardSigmoid', [gap], { attributes })
}
