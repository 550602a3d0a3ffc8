import { nearest } from '../core/table.js'
import { AppError } from '../core/errors.js'
import { configError } from './config-error.js'
import { createScope } from './interpolation/resolve.js'
import type { Scope } from './interpolation/scope.js'
import { editList } from './list-edits.js'
import {
  type Container,
  type MapNode,
  type Node,
  type Origin,
  child,
  cloneNode,
  isInterpolation,
  isMissing,
  pathOf,
  rememberList,
  setChild,
} from './tree.js'
import type { Key } from './values.js'

/** Whether a merge may bring keys that are not there yet; on the command line only `+` may. */
export interface MergeRules {
  readonly newKeys: boolean
  readonly env: Scope['env']
}

/**
 * Merges `source` into `target` in place: mappings key by key, lists and plain values replace, `???` changes nothing,
 * and a reference to a container is first replaced by a copy of it. A marked list changes the list that is there, a
 * container marked `replace` takes its place. The source is left as it is.
 */
export function mergeInto(target: Container, source: Container, rules: MergeRules): void {
  if (target.kind !== source.kind) {
    throw configError('composition', mismatch(target, source), {
      origin: source.origin,
      code: 'config_merge',
    })
  }
  if (target.kind === 'list' || source.kind === 'list') {
    if (target.kind === 'list' && source.kind === 'list') replaceItems(target, source)
    return
  }
  for (const { key, origin, node } of source.entries.values()) {
    const present = expandAt(target, key, rules.env)
    if (node.kind !== 'scalar' && node.mark !== undefined) {
      if (present === undefined && !rules.newKeys) throw unknownKey(target, String(key), origin)
      mergeMarked({ target, key, origin }, present, node)
      continue
    }
    if (present === undefined) {
      if (!rules.newKeys) throw unknownKey(target, String(key), origin)
      setChild(target, key, unmarked(node), origin)
    } else if (present.kind !== 'scalar' && node.kind !== 'scalar') {
      mergeInto(present, node, rules)
    } else if (!isMissing(node)) {
      setChild(target, key, unmarked(node), origin)
    }
  }
}

/** The error of a key that a mapping does not have, with the nearest ones it has. */
export function unknownKey(map: Node, key: string, origin: Node['origin']): Error {
  const place = [...pathOf(map), key].join('.')
  const keys = map.kind === 'map' ? [...map.entries.values()].map((entry) => String(entry.key)) : []
  return configError('struct-key', `There is no key '${place}'`, {
    origin,
    suggestions: nearest(key, keys),
    hint: `To add a new key, write +${place}=<value>.`,
  })
}

interface Place {
  readonly target: MapNode
  readonly key: Key
  readonly origin: Origin
}

function mergeMarked(place: Place, present: Node | undefined, node: Container): void {
  const { target, key, origin } = place
  const absent = present === undefined || isMissing(present) || isNull(present)
  if (node.kind === 'map' || node.mark === 'replace' || (absent && node.mark !== 'remove')) {
    setChild(target, key, unmarked(node), origin)
    return
  }
  const action = node.mark
  if (action === undefined || present?.kind !== 'list') {
    throw configError(
      'composition',
      `There is no list '${[...pathOf(target), key].join('.')}' here to ${action}`,
      {
        origin: node.origin,
        code: 'config_merge',
      },
    )
  }
  const values = node.items.map(unmarked)
  editList(present, { action, index: 0n, values, origin: node.origin })
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null
}

/** A copy for a place where nothing was before: added items are the whole list there. */
function unmarked(node: Node): Node {
  const copy = cloneNode(node)
  clearMarks(copy)
  return copy
}

function clearMarks(node: Node): void {
  if (node.kind === 'scalar') return
  if (node.mark === 'remove') {
    throw configError('composition', 'There is no list here to remove items from', {
      origin: node.origin,
      code: 'config_merge',
    })
  }
  node.mark = undefined
  if (node.kind === 'list') node.items.forEach(clearMarks)
  else for (const entry of node.entries.values()) clearMarks(entry.node)
}

/** The node of a key, after a reference to a container has been replaced by a copy of what it leads to. */
export function expandAt(target: MapNode, key: Key, env: Scope['env']): Node | undefined {
  const present = child(target, key)
  if (present === undefined || !isInterpolation(present)) return present
  const referred = attempt(present, env)
  if (referred === undefined || referred.kind === 'scalar') return present
  const copy = cloneNode(referred)
  setChild(target, key, copy, present.origin)
  return copy
}

/** What a reference leads to while layers are still being merged; it may lead nowhere yet. */
function attempt(node: Node, env: Scope['env']): Node | undefined {
  let root: Node = node
  while (root.parent !== undefined) root = root.parent
  if (root.kind === 'scalar') return undefined
  try {
    return createScope(root, env).dereference(node)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function replaceItems(
  target: Container & { kind: 'list' },
  source: Container & { kind: 'list' },
): void {
  rememberList(target, source.origin)
  target.items.length = 0
  for (const item of source.items) {
    const copy = unmarked(item)
    copy.parent = target
    target.items.push(copy)
  }
}

function mismatch(target: Container, source: Container): string {
  const name = { map: 'mapping', list: 'list' } as const
  const place = pathOf(target).join('.')
  const where = place === '' ? 'the root' : `'${place}'`
  return `A ${name[source.kind]} cannot be merged into ${where}, which is a ${name[target.kind]}`
}
