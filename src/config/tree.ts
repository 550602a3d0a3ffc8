import { type Key, type Scalar, keyIdentity } from './values.js'

/** A text that values come from: a config file, or the typed words joined by spaces. */
export interface Text {
  /** The file's path as shown to the user, or `<command line>`. */
  readonly file: string
  readonly text: string
  /** The layer it stands for, such as `model/cnn` or `command line`. */
  readonly layer: string
}

/** Where a value was written: a range of characters in a text. */
export interface Origin {
  readonly text: Text
  readonly start: number
  readonly end: number
}

interface Base {
  origin: Origin
  /** The container the node lies in; kept by the functions of this file. */
  parent: Container | undefined
  /** The node of an earlier layer that this one replaced. */
  replaced: Node | undefined
}

export interface ScalarNode extends Base {
  readonly kind: 'scalar'
  readonly value: Scalar
  /** Set on results of an interpolation, whose text is final even where it looks like a reference. */
  readonly literal: boolean
}

/** How a container of a file joins what earlier layers made of its key, where the file says so. */
export type MergeMark = 'append' | 'prepend' | 'remove' | 'replace'

export interface ListNode extends Base {
  readonly kind: 'list'
  readonly items: Node[]
  mark: MergeMark | undefined
}

export interface Entry {
  readonly key: Key
  readonly origin: Origin
  node: Node
}

export interface MapNode extends Base {
  readonly kind: 'map'
  readonly entries: Map<string | bigint | number, Entry>
  /** On the root of a composed config: what its `run:` references read. */
  runValues: MapNode | undefined
  mark: MergeMark | undefined
}

export type Container = ListNode | MapNode
export type Node = ScalarNode | Container

const fresh = { parent: undefined, replaced: undefined }

export function scalarNode(value: Scalar, origin: Origin, literal = false): ScalarNode {
  return { kind: 'scalar', value, literal, origin, parent: undefined, replaced: undefined }
}

export function listNode(origin: Origin, items: readonly Node[] = []): ListNode {
  const list: ListNode = { kind: 'list', items: [], origin, ...fresh, mark: undefined }
  for (const item of items) {
    item.parent = list
    list.items.push(item)
  }
  return list
}

export function mapNode(origin: Origin): MapNode {
  return {
    kind: 'map',
    entries: new Map(),
    origin,
    ...fresh,
    mark: undefined,
    runValues: undefined,
  }
}

/** The node below a key; text keys never find number or boolean keys. */
export function child(map: MapNode, key: Key): Node | undefined {
  return map.entries.get(keyIdentity(key))?.node
}

/** Puts a node below a key, keeping the key's place if it is there already. */
export function setChild(map: MapNode, key: Key, node: Node, origin: Origin = node.origin): void {
  const identity = keyIdentity(key)
  const entry = map.entries.get(identity)
  node.parent = map
  if (entry === undefined) {
    map.entries.set(identity, { key, origin, node })
  } else {
    node.replaced ??= entry.node
    entry.node = node
  }
}

/** Replaces an item of a list. */
export function setItem(list: ListNode, index: number, node: Node): void {
  node.parent = list
  node.replaced ??= list.items[index]
  list.items[index] = node
}

/** Makes a list that is about to change remember what it was, and names the place that changes it. */
export function rememberList(list: ListNode, origin: Origin): void {
  list.replaced = cloneNode(list)
  list.origin = origin
}

/** A deep copy that shares nothing mutable with the original. */
export function cloneNode(node: Node): Node {
  if (node.kind === 'scalar') return { ...node, parent: undefined }
  if (node.kind === 'list') {
    const list = listNode(node.origin, node.items.map(cloneNode))
    list.replaced = node.replaced
    list.mark = node.mark
    return list
  }
  const map = mapNode(node.origin)
  map.replaced = node.replaced
  map.mark = node.mark
  map.runValues = node.runValues
  for (const [identity, entry] of node.entries) {
    const copy = cloneNode(entry.node)
    copy.parent = map
    map.entries.set(identity, { ...entry, node: copy })
  }
  return map
}

/** Whether the value is the mandatory-value mark `???`. */
export function isMissing(node: Node): boolean {
  return node.kind === 'scalar' && node.value === '???'
}

/** Whether the value is a text with a reference or resolver call that is still to be resolved. */
export function isInterpolation(node: Node): node is ScalarNode & { readonly value: string } {
  return (
    node.kind === 'scalar' &&
    !node.literal &&
    typeof node.value === 'string' &&
    node.value.includes('${')
  )
}

/** The key path of a node from its root, such as `model.hidden.0`. */
export function pathOf(node: Node): string[] {
  const path: string[] = []
  for (let at: Node = node; at.parent !== undefined; at = at.parent) path.unshift(keyOf(at))
  return path
}

function keyOf(node: Node): string {
  const parent = node.parent
  if (parent?.kind === 'list') return String(parent.items.indexOf(node))
  for (const entry of parent?.entries.values() ?? []) {
    if (entry.node === node) return String(entry.key)
  }
  return '?'
}

/** Every node of a tree with its children, parents first. */
export function* walk(node: Node): Generator<Node> {
  yield node
  if (node.kind === 'list') for (const item of node.items) yield* walk(item)
  if (node.kind === 'map') for (const entry of node.entries.values()) yield* walk(entry.node)
}
