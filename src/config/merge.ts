import { nearest } from '../core/table.js'
import { AppError } from '../core/errors.js'
import { configError } from './config-error.js'
import { createScope } from './interpolation/resolve.js'
import type { Scope } from './interpolation/scope.js'
import {
  type Container,
  type MapNode,
  type Node,
  child,
  cloneNode,
  isInterpolation,
  isMissing,
  pathOf,
  setChild,
} from './tree.js'

/** Whether a merge may bring keys that are not there yet; on the command line only `+` may. */
export interface MergeRules {
  readonly newKeys: boolean
  readonly env: Scope['env']
}

/**
 * Merges `source` into `target` in place: mappings key by key, lists and plain values replace, `???` changes nothing,
 * and a reference to a container is first replaced by a copy of it. The source is left as it is.
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
    const present = expanded(target, key, rules)
    if (present === undefined) {
      if (!rules.newKeys) throw unknownKey(target, String(key), origin)
      setChild(target, key, cloneNode(node), origin)
    } else if (present.kind !== 'scalar' && node.kind !== 'scalar') {
      mergeInto(present, node, rules)
    } else if (!isMissing(node)) {
      setChild(target, key, cloneNode(node), origin)
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

function expanded(
  target: MapNode,
  key: Parameters<typeof child>[1],
  rules: MergeRules,
): Node | undefined {
  const present = child(target, key)
  if (present === undefined || !isInterpolation(present)) return present
  const referred = attempt(present, rules.env)
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
  target.items.length = 0
  for (const item of source.items) {
    const copy = cloneNode(item)
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
