import { type Node, isMissing } from './tree.js'
import { equalScalars } from './values.js'

/** Whether two nodes are equal as Python compares them; `???` equals itself alone. */
export function equalNodes(a: Node, b: Node): boolean {
  if (isMissing(a) || isMissing(b)) return isMissing(a) && isMissing(b)
  if (a.kind === 'scalar' && b.kind === 'scalar') return equalScalars(a.value, b.value)
  if (a.kind === 'list' && b.kind === 'list') {
    return (
      a.items.length === b.items.length && a.items.every((item, i) => equalItem(item, b.items[i]))
    )
  }
  if (a.kind === 'map' && b.kind === 'map') {
    if (a.entries.size !== b.entries.size) return false
    return [...a.entries].every(([key, { node }]) => equalItem(node, b.entries.get(key)?.node))
  }
  return false
}

function equalItem(a: Node, b: Node | undefined): boolean {
  return b !== undefined && equalNodes(a, b)
}
