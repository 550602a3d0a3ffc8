import type { Graph } from './graph.js'

/** Below this many elements one node is cheaper than two. */
const worthwhile = 16_384

/** Beyond this many blocks, their list would weigh more than it saves. */
const mostBlocks = 65_536

/** Whether turning [a,b,c] into [c,b,a] pays as two steps. */
export function reversesWell([a = 1, b = 1, c = 1]: readonly number[]): boolean {
  const blocks = b * Math.min(a, c)
  return a * b * c >= worthwhile && Math.max(a, c) >= 8 && blocks <= mostBlocks
}

/**
 * [a,b,c] as [c,b,a]. ONNX Runtime turns a matrix five times faster than three axes, so that blocks of the longer outer
 * axis are put in their order by themselves. Returns a matrix with the result's elements.
 */
export function reverse(
  graph: Graph,
  reshape: (name: string, dims: readonly number[]) => string,
  source: string,
  [a = 1, b = 1, c = 1]: readonly number[],
): string {
  const turn = (name: string) => graph.add('Transpose', [name], { attributes: { perm: [1, 0] } })
  if (a >= c) return swap(graph, turn(reshape(source, [a, b * c])), b, c)
  return turn(swap(graph, reshape(source, [a * b, c]), a, b))
}

/** Rows [first * second, n] as [second * first, n]. */
function swap(graph: Graph, name: string, first: number, second: number): string {
  const rows = Int32Array.from(
    { length: first * second },
    (_, row) => (row % first) * second + Math.floor(row / first),
  )
  return graph.add('Gather', [name, graph.int32s(rows, [rows.length])], { attributes: { axis: 0 } })
}
