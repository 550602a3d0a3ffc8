import type { Location } from '../core/errors.js'
import type { Node, Text } from './tree.js'

/** Where each plain value of a tree was written, by its dotted path. */
export function originsOf(tree: Node): Record<string, Location> {
  const origins: Record<string, Location> = Object.create(null) as Record<string, Location>
  const starts = new Map<Text, readonly number[]>()
  const startsOf = (text: Text): readonly number[] => {
    const found = starts.get(text) ?? lineStarts(text.text)
    starts.set(text, found)
    return found
  }
  const visit = (node: Node, path: string): void => {
    const join = (key: string): string => (path === '' ? key : `${path}.${key}`)
    if (node.kind === 'list') {
      node.items.forEach((item, index) => visit(item, join(String(index))))
    } else if (node.kind === 'map') {
      for (const entry of node.entries.values()) visit(entry.node, join(String(entry.key)))
    } else {
      const { text, start } = node.origin
      const { file, layer } = text
      origins[path] = { file, layer, ...positionIn(startsOf(text), start) }
    }
  }
  visit(tree, '')
  return origins
}

/** The offsets at which the lines of a text begin. */
function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Line and column, both from 1, of an offset. */
function positionIn(starts: readonly number[], offset: number): { line: number; column: number } {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return { line: low, column: offset - (starts[low - 1] ?? 0) + 1 }
}
