import type { NodeProto } from './protobuf.js'

/**
 * Puts the nodes whose outputs no other node reads last, those that need most before those that need less. ONNX Runtime
 * works its way back from the last node, and only then from the one before it: so each filter's gradient is taken as soon
 * as its layer's gradient is there, and not after those of all layers, which would all have to wait in memory.
 */
export function leastNeedyLast(nodes: readonly NodeProto[]): NodeProto[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])))
  const sources = new Map(
    nodes.map((node) => [node, node.inputs.flatMap((name) => makers.get(name) ?? [])]),
  )
  const read = new Set([...sources.values()].flat())
  const ends = nodes.filter((node) => !read.has(node))
  const needs = new Map(ends.map((node) => [node, countAncestors(node, sources)]))
  return [
    ...nodes.filter((node) => read.has(node)),
    ...ends.sort((a, b) => (needs.get(b) ?? 0) - (needs.get(a) ?? 0)),
  ]
}

function countAncestors(
  end: NodeProto,
  sources: ReadonlyMap<NodeProto, readonly NodeProto[]>,
): number {
  const seen = new Set([end])
  const waiting = [end]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    for (const source of sources.get(node) ?? []) {
      if (seen.has(source)) continue
      seen.add(source)
      waiting.push(source)
    }
  }
  return seen.size
}
