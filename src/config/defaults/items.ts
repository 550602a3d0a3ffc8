import { configError } from '../config-error.js'
import type { Node, Origin } from '../tree.js'

/** The place of the file's own content in its defaults list. */
export interface SelfItem {
  readonly kind: 'self'
  readonly origin: Origin
}

/** A config included by its path. */
export interface ConfigItem {
  readonly kind: 'config'
  readonly path: string
  readonly package: string | undefined
  readonly optional: boolean
  readonly origin: Origin
}

/** A choice of one option, several options, or none from a group. */
export interface GroupItem {
  readonly kind: 'group'
  readonly group: string
  readonly value: string | null | readonly string[]
  readonly package: string | undefined
  readonly optional: boolean
  readonly override: boolean
  /** Appended by the command line: its group and package are absolute. */
  readonly appended: boolean
  readonly origin: Origin
}

export type DefaultItem = SelfItem | ConfigItem | GroupItem

/** Reads the items of a file's `defaults:` list. */
export function readDefaults(list: Node): DefaultItem[] {
  if (list.kind !== 'list') {
    throw configError('composition', '`defaults` must be a list', { origin: list.origin })
  }
  return list.items.map(readItem)
}

function readItem(item: Node): DefaultItem {
  const { origin } = item
  if (item.kind === 'map') return readGroup(item)
  if (item.kind !== 'scalar' || typeof item.value !== 'string') {
    throw configError(
      'composition',
      'An item of a defaults list is `group: option` or a config name',
      {
        origin,
      },
    )
  }
  const { name, package: target } = splitPackage(item.value)
  if (name !== '_self_')
    return { kind: 'config', path: name, package: target, optional: false, origin }
  if (target === undefined) return { kind: 'self', origin }
  throw configError('composition', '`_self_` has no package of its own', { origin })
}

function readGroup(item: Node & { kind: 'map' }): DefaultItem {
  const [entry, second] = item.entries.values()
  if (entry === undefined || typeof entry.key !== 'string') {
    throw configError('composition', 'An item of a defaults list lacks its group', {
      origin: item.origin,
    })
  }
  if (second !== undefined) {
    throw configError('composition', 'An item of a defaults list names one group only', {
      origin: second.origin,
      hint: 'Give each group its own dash.',
    })
  }
  const { name, package: target } = splitPackage(entry.key)
  const words = name.split(' ')
  const group = words.pop() ?? ''
  const end = words.findIndex((word) => word !== 'optional' && word !== 'override')
  const keywords = new Set(end === -1 ? words : words.slice(0, end))
  const value = optionOf(entry.node)
  if (value === '_self_') return { kind: 'self', origin: entry.origin }
  return {
    kind: 'group',
    group,
    value,
    package: target,
    optional: keywords.has('optional'),
    override: keywords.has('override'),
    appended: false,
    origin: { ...entry.origin, end: Math.max(entry.origin.end, entry.node.origin.end) },
  }
}

function optionOf(node: Node): string | null | string[] {
  if (node.kind === 'scalar' && (node.value === null || typeof node.value === 'string'))
    return node.value
  if (node.kind === 'list') return node.items.map(listedOption)
  throw configError('composition', 'An option is a name, a list of names, or null', {
    origin: node.origin,
  })
}

function listedOption(node: Node): string {
  if (node.kind === 'scalar' && typeof node.value === 'string') return node.value
  throw configError('composition', 'A listed option is a name', { origin: node.origin })
}

function splitPackage(text: string): { name: string; package: string | undefined } {
  const [name, rest] = splitOnce(text, '@')
  const target = rest === undefined ? undefined : splitOnce(rest, ':')[0]
  return { name, package: target === '_here_' ? '' : target }
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
