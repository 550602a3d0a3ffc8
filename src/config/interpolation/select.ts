import { type Container, type Node, child, isMissing } from '../tree.js'
import type { Scope } from './scope.js'

/** What a path leads to, or why it leads nowhere. */
export type Selection =
  | { readonly node: Node }
  | { readonly reason: 'missing' }
  | { readonly reason: 'type'; readonly through: string }
  | { readonly reason: 'index'; readonly through: string }
  | { readonly reason: 'absent'; readonly key: string; readonly candidates: readonly string[] }

/** Follows a path through containers, resolving the references on its way and the one at its end. */
export function select(scope: Scope, start: Container, path: readonly string[]): Selection {
  let container = start
  for (const [index, key] of path.entries()) {
    const found = step(container, key)
    if (!('node' in found)) return found
    if (isMissing(found.node)) return { reason: 'missing' }
    const node = scope.dereference(found.node)
    if (isMissing(node)) return { reason: 'missing' }
    if (index === path.length - 1) return { node }
    if (node.kind === 'scalar') {
      return {
        reason: 'type',
        through: `'${path.slice(0, index + 1).join('.')}', which is no container`,
      }
    }
    container = node
  }
  return { node: container }
}

/** The container that a path with leading dots starts from; none where the dots lead above the root. */
export function startOf(scope: Scope, at: Node, dots: number): Container | undefined {
  if (dots === 0) return scope.root
  let container = at.parent
  for (let up = 1; up < dots; up++) container = container?.parent
  return container
}

/** The keys of a path such as `a.b[c].0`. */
export function splitPath(path: string): string[] {
  return path
    .replace(/\[([^[\]]*)\]/g, '.$1')
    .replace(/^\.(?=[^.])/, '')
    .split('.')
}

function step(container: Container, key: string): Selection {
  if (container.kind === 'map') {
    const node = child(container, key)
    if (node !== undefined) return { node }
    const keys = [...container.entries.values()].map((entry) => entry.key)
    return { reason: 'absent', key, candidates: keys.filter((name) => typeof name === 'string') }
  }
  if (!/^[+-]?\d+$/.test(key))
    return { reason: 'index', through: 'a list, whose items have numbers' }
  const node = container.items[Number(key)]
  return node === undefined ? { reason: 'absent', key, candidates: [] } : { node }
}
