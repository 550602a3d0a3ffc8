import type { NodeProto } from './protobuf.js'

/** What hands on the memory of its first input. */
const views = new Set(['Reshape', 'Identity', 'Squeeze', 'Unsqueeze', 'Flatten'])

/**
 * Whether a graph may write an output into the memory of an input: everything that reads the input must have come to its
 * end before the node that makes the output starts, because that node needs it.
 */
export function canOverwrite(nodes: readonly NodeProto[], input: string, output: string): boolean {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])))
  const maker = makers.get(output)
  if (!maker) return false
  const done = new Set<NodeProto>()
  const waiting = [maker]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    for (const source of node.inputs.flatMap((name) => makers.get(name) ?? [])) {
      if (done.has(source)) continue
      done.add(source)
      waiting.push(source)
    }
  }
  return readersOf(nodes, input).every((node) => done.has(node))
}

function readersOf(nodes: readonly NodeProto[], input: string): NodeProto[] {
  const names = new Set([input])
  const readers = new Set<NodeProto>()
  for (const name of names) {
    for (const node of nodes.filter(({ inputs }) => inputs.includes(name))) {
      readers.add(node)
      if (views.has(node.op)) for (const view of node.outputs) names.add(view)
    }
  }
  return [...readers]
}
