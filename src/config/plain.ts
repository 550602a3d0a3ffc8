import { configError } from './config-error.js'
import { type Node, type Origin, listNode, mapNode, scalarNode, setChild } from './tree.js'
import { plainScalar } from './values.js'

/**
 * Resolved nodes as plain data: numbers instead of integer and float nodes, objects without a prototype's keys, and a
 * `Map` for a mapping that has keys other than texts.
 */
export function toPlain(node: Node): unknown {
  if (node.kind === 'scalar') return plainScalar(node.value)
  if (node.kind === 'list') return node.items.map(toPlain)
  const entries = [...node.entries.values()].map(
    ({ key, node: value }) => [key, toPlain(value)] as const,
  )
  if (entries.every(([key]) => typeof key === 'string')) return plainObject(entries)
  return new Map(entries.map(([key, value]) => [plainScalar(key), value]))
}

/** Resolved nodes as JSON data; a value that JSON has no form for is an error at its place. */
export function toJson(node: Node): unknown {
  if (node.kind === 'list') return node.items.map(toJson)
  if (node.kind === 'map') {
    const entries = [...node.entries.values()]
    return plainObject(entries.map(({ key, node: value }) => [String(key), toJson(value)] as const))
  }
  const value = plainScalar(node.value)
  const fits = value === null || typeof value === 'string' || typeof value === 'boolean'
  if (fits || (typeof value === 'number' && Number.isFinite(value))) return value
  throw configError(
    'other',
    'This value has no place in a run: a number that is finite and safe, a text, or a list',
    {
      origin: node.origin,
      code: 'config_invalid',
    },
  )
}

/** JSON data as nodes that all have one origin. */
export function fromPlain(value: unknown, origin: Origin): Node {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value
    return listNode(
      origin,
      items.map((item) => fromPlain(item, origin)),
    )
  }
  if (value !== null && typeof value === 'object') {
    const map = mapNode(origin)
    for (const [key, item] of Object.entries(value)) setChild(map, key, fromPlain(item, origin))
    return map
  }
  const scalar = typeof value === 'string' || typeof value === 'boolean' ? value : null
  return scalarNode(typeof value === 'number' ? numeric(value) : scalar, origin)
}

function numeric(value: number): bigint | number {
  return Number.isInteger(value) ? BigInt(value) : value
}

/** Freezes plain data, all the way down. */
export function freeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !ArrayBuffer.isView(value)) {
    Object.values(value).forEach(freeze)
    Object.freeze(value)
  }
  return value
}

const ordinary = { enumerable: true, configurable: true, writable: true } as const

function plainObject(entries: readonly (readonly [unknown, unknown])[]): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const [key, value] of entries) {
    // An assignment to this key would set the prototype; defining all keys would be slow.
    if (key === '__proto__') Object.defineProperty(object, key, { value, ...ordinary })
    else object[String(key)] = value
  }
  return object
}
