import type { Node } from '../tree.js'
import { scalarRepresentation, scalarText } from '../values.js'

/** The text of a value inside a longer text, in Python's forms. */
export function textOf(node: Node): string {
  return node.kind === 'scalar' ? scalarText(node.value) : representation(node)
}

function representation(node: Node): string {
  if (node.kind === 'scalar') return scalarRepresentation(node.value)
  if (node.kind === 'list') return `[${node.items.map(representation).join(', ')}]`
  const entries = [...node.entries.values()].map(
    ({ key, node: value }) => `${scalarRepresentation(key)}: ${representation(value)}`,
  )
  return `{${entries.join(', ')}}`
}
