import { configError } from '../config-error.js'
import { equalNodes } from '../equal.js'
import { createScope } from '../interpolation/resolve.js'
import type { Scope } from '../interpolation/scope.js'
import { select, splitPath } from '../interpolation/select.js'
import { editList } from '../list-edits.js'
import { expandAt, mergeInto, unknownKey } from '../merge.js'
import {
  type Container,
  type MapNode,
  type Node,
  type Origin,
  child,
  listNode,
  mapNode,
  rememberList,
  scalarNode,
  setChild,
  setItem,
} from '../tree.js'
import { type Key, keyIdentity } from '../values.js'
import type { Override } from './override.js'
import {
  type Element,
  type ListEdit,
  elementText,
  isDictionary,
  isEdit,
  isList,
  isQuoted,
  isReplacement,
} from './values.js'

/** Applies overrides of values to the composed tree, in the order they were typed. */
export function applyOverrides(
  root: MapNode,
  overrides: readonly Override[],
  env: Scope['env'],
): void {
  for (const override of overrides) applyOverride(root, override, env)
}

const deepest = 100

function applyOverride(root: MapNode, override: Override, env: Scope['env']): void {
  if (splitPath(override.key).length > deepest) {
    throw configError('composition', `A key has at most ${deepest} parts`, {
      origin: override.keyOrigin,
      code: 'override_target',
    })
  }
  if (override.package !== undefined) {
    throw configError(
      'composition',
      `'${override.input}' looks like a choice of a config group, but there is no group '${override.key}'`,
      { origin: override.keyOrigin, code: 'override_target' },
    )
  }
  if (override.value !== undefined && isEdit(override.value)) {
    editValue(root, override, override.value, env)
    return
  }
  const replaces = override.value !== undefined && isReplacement(override.value)
  const written = replaces ? override.value.value : override.value
  const value = written === undefined ? undefined : toNode(written, override.valueOrigin)
  if (override.type === 'delete') deleteValue(root, override, value, env)
  else if (value !== undefined) setValue(root, override, value, env, replaces)
}

/** An override's value as a node; every part of it points at the typed value. */
export function toNode(value: Element, origin: Origin): Node {
  if (isList(value))
    return listNode(
      origin,
      value.map((item) => toNode(item, origin)),
    )
  if (value === null || typeof value !== 'object') return scalarNode(value, origin)
  if (isQuoted(value)) return scalarNode(value.text, origin)
  if (isDictionary(value)) {
    const map = mapNode(origin)
    for (const [key, item] of value.entries) setChild(map, keyOf(key, origin), toNode(item, origin))
    return map
  }
  throw configError('composition', `A ${value.kind} cannot be part of a value`, { origin })
}

function keyOf(key: Element, origin: Origin): Key {
  if (key !== null && typeof key !== 'object') return key
  throw configError('composition', 'A key must not be null', { origin })
}

function setValue(
  root: MapNode,
  override: Override,
  value: Node,
  env: Scope['env'],
  replaces: boolean,
): void {
  const { type, key, keyOrigin } = override
  const force = type === 'add' || type === 'force-add'
  if (type === 'add' && value.kind === 'scalar' && isSet(root, key, env)) {
    throw configError('composition', `'${key}' is there already`, {
      origin: keyOrigin,
      code: 'override_target',
      hint: `To change it, write ${override.input.slice(1)}; to add or change it, +${override.input}.`,
    })
  }
  const path = splitPath(key)
  const last = path.pop() ?? ''
  let container: Container = root
  for (const name of path) container = enter(container, name, keyOrigin, force)
  const present = childAt(container, last, keyOrigin)
  if (type === 'extend-list') {
    extend(present, value, override)
  } else if (
    !replaces &&
    value.kind !== 'scalar' &&
    present !== undefined &&
    present.kind !== 'scalar'
  ) {
    mergeInto(present, value, { newKeys: force, env })
  } else if (container.kind === 'list') {
    setItem(container, indexOf(container, last, keyOrigin), value)
  } else {
    if (present === undefined && !force) throw unknownKey(container, last, keyOrigin)
    setChild(container, last, value, keyOrigin)
  }
}

/** The container below a key; a plain value on the way gives way to an empty mapping. */
function enter(container: Container, name: string, origin: Origin, force: boolean): Container {
  const present = childAt(container, name, origin)
  if (present !== undefined && present.kind !== 'scalar') return present
  const fresh = mapNode(origin)
  if (container.kind === 'list') setItem(container, indexOf(container, name, origin), fresh)
  else if (present === undefined && !force) throw unknownKey(container, name, origin)
  else setChild(container, name, fresh, origin)
  return fresh
}

function childAt(container: Container, name: string, origin: Origin): Node | undefined {
  if (container.kind === 'map') return child(container, name)
  return container.items[parseIndex(name, origin)]
}

function indexOf(container: Container & { kind: 'list' }, name: string, origin: Origin): number {
  const index = parseIndex(name, origin)
  if (index < container.items.length) return index
  throw configError('composition', `The list has no item ${name}, only ${container.items.length}`, {
    origin,
    code: 'override_target',
  })
}

function parseIndex(name: string, origin: Origin): number {
  if (/^\d+$/.test(name)) return Number(name)
  throw configError('composition', `'${name}' is no number of a list item`, {
    origin,
    code: 'override_target',
  })
}

/** Changes a list in its place; a list that a reference leads to is copied first. */
function editValue(root: MapNode, override: Override, edit: ListEdit, env: Scope['env']): void {
  const { key, keyOrigin, valueOrigin: origin } = override
  const path = splitPath(key)
  const last = path.pop() ?? ''
  let container: Container = root
  for (const name of path) container = enter(container, name, keyOrigin, false)
  const present =
    container.kind === 'map' ? expandAt(container, last, env) : childAt(container, last, keyOrigin)
  if (present === undefined) throw unknownKey(container, last, keyOrigin)
  if (present.kind !== 'list') {
    throw configError('composition', `'${key}' is no list, so ${edit.action}() cannot change it`, {
      origin: keyOrigin,
      code: 'override_target',
    })
  }
  const values = edit.values.map((value) => toNode(value, origin))
  editList(present, { action: edit.action, index: edit.index, values, origin })
}

function extend(present: Node | undefined, value: Node, { key, keyOrigin }: Override): void {
  if (present?.kind !== 'list' || value.kind !== 'list') {
    throw configError('composition', `'${key}' is no list`, { origin: keyOrigin })
  }
  rememberList(present, value.origin)
  for (const item of value.items) {
    item.parent = present
    present.items.push(item)
  }
}

function deleteValue(
  root: MapNode,
  { key, keyOrigin, value: typed, valueOrigin }: Override,
  value: Node | undefined,
  env: Scope['env'],
): void {
  const scope = createScope(root, env)
  const path = splitPath(key)
  const found = select(scope, root, path)
  if (!('node' in found) || (found.node.kind === 'scalar' && found.node.value === null)) {
    const suggestions = 'candidates' in found ? found.candidates.slice(0, 3) : []
    throw configError('composition', `Cannot delete '${key}': there is no such value`, {
      origin: keyOrigin,
      code: 'override_target',
      suggestions,
    })
  }
  const isNull = value?.kind === 'scalar' && value.value === null
  if (value !== undefined && !isNull && !equalNodes(value, found.node)) {
    throw configError(
      'composition',
      `Cannot delete '${key}': its value is not ${elementText(typed ?? null)}`,
      {
        origin: valueOrigin,
        code: 'override_target',
      },
    )
  }
  const last = path.pop() ?? ''
  const parent = path.length === 0 ? { node: root } : select(scope, root, path)
  if (!('node' in parent) || parent.node.kind !== 'map') {
    throw configError('composition', 'Only keys of mappings can be deleted', { origin: keyOrigin })
  }
  parent.node.entries.delete(keyIdentity(last))
}

function isSet(root: MapNode, key: string, env: Scope['env']): boolean {
  const found = select(createScope(root, env), root, splitPath(key))
  return 'node' in found && !(found.node.kind === 'scalar' && found.node.value === null)
}
