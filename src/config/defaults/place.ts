import type { ConfigItem, GroupItem } from './items.js'

/** An item of a defaults list put where its list stands. */
export interface Placed {
  readonly item: ConfigItem | GroupItem
  /** The group path of the file whose list it is; relative names start there. */
  readonly base: string
  /** The package of that file. */
  readonly parentPackage: string
  /** The item's own package, with `_group_` filled in. */
  readonly package: string | undefined
  readonly primary: boolean
}

/** Puts an item below the file with that group path and package. */
export function place(
  item: ConfigItem | GroupItem,
  base: string,
  parentPackage: string,
  primary = false,
): Placed {
  const placed = { item, base, parentPackage, package: item.package, primary }
  if (item.package?.includes('_group_') !== true) return placed
  const group = groupPath(placed).replaceAll('/', '.')
  return { ...placed, package: `_global_.${item.package.replaceAll('_group_', group)}` }
}

/** The path of the group that the item's option lies in, from the config root. */
export function groupPath({ item, base }: Placed): string {
  const own = ownGroup(item)
  const absolute = isAbsolute(item) || (item.kind === 'group' && item.appended)
  if (absolute || base === '') return own
  return own === '' ? base : `${base}/${own}`
}

/** The path of the config file without its ending; a group item must have one option. */
export function configPath(placed: Placed): string {
  const { item, base } = placed
  if (item.kind === 'group') return `${groupPath(placed)}/${String(item.value)}`
  const path = item.path.replace(/^\//, '')
  return isAbsolute(item) || base === '' ? path : `${base}/${path}`
}

/** The last part of the config's path, or null where nothing is chosen. */
export function optionName({ item }: Placed): string | null {
  if (item.kind === 'config') return item.path.slice(item.path.lastIndexOf('/') + 1)
  return typeof item.value === 'string' ? item.value : null
}

/** Where the config's content goes; a file's header counts only if the item names no package. */
export function finalPackage(placed: Placed, header?: string): string {
  const own = placed.package ?? absoluteHeader(header) ?? ownGroup(placed.item).replaceAll('/', '.')
  const parent = placed.item.kind === 'group' && placed.item.appended ? '' : placed.parentPackage
  const joined = parent === '' ? own : own === '' ? parent : `${parent}.${own}`
  const global = joined.lastIndexOf('_global_')
  return global === -1 ? joined : joined.slice(global + '_global_'.length + 1)
}

/** The name that overrides use for a group: with its package where that is not the group's own. */
export function overrideKey(placed: Placed): string {
  const group = groupPath(placed)
  const target = finalPackage(placed)
  if (target === group.replaceAll('/', '.')) return group
  return `${group}@${target === '' ? '_global_' : target}`
}

function ownGroup(item: ConfigItem | GroupItem): string {
  if (item.kind === 'group') return item.group.replace(/^\//, '')
  const path = item.path.replace(/^\//, '')
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function isAbsolute(item: ConfigItem | GroupItem): boolean {
  return (item.kind === 'group' ? item.group : item.path).startsWith('/')
}

function absoluteHeader(header: string | undefined): string | undefined {
  if (header === undefined || header === '_global_' || header.startsWith('_global_.')) return header
  return header === '' ? '_global_' : `_global_.${header}`
}
