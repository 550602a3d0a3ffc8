import type { Location } from '../core/errors.js'
import { positionAt } from './config-error.js'
import type { Node } from './tree.js'

/** Where each plain value of a tree was written, by its dotted path. */
export function originsOf(tree: Node): Record<string, Location> {
  const origins: Record<string, Location> = Object.create(null) as Record<string, Location>
  const visit = (node: Node, path: string): void => {
    const join = (key: string): string => (path === '' ? key : `${path}.${key}`)
    if (node.kind === 'list') {
      node.items.forEach((item, index) => visit(item, join(String(index))))
    } else if (node.kind === 'map') {
      for (const entry of node.entries.values()) visit(entry.node, join(String(entry.key)))
    } else {
      const { file, text, layer } = node.origin.text
      origins[path] = { file, layer, ...positionAt(text, node.origin.start) }
    }
  }
  visit(tree, '')
  return origins
}
