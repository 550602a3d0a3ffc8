import { nearest } from '../../core/table.js'
import { configError } from '../config-error.js'
import { checkHydraOption, isHydraGroup } from '../hydra.js'
import { type ConfigFile, type Library, emptyConfig } from '../library.js'
import { type Choices, addOverride, checkAllUsed, isDeleted, noteChoice } from './choices.js'
import { type Budget, checkCycle, openBudget, spend } from './bounds.js'
import { resolveChoices } from './interpolate.js'
import type { Origin } from '../tree.js'
import type { ConfigItem, DefaultItem, GroupItem, SelfItem } from './items.js'
import {
  type Placed,
  configPath,
  finalPackage,
  groupPath,
  optionName,
  overrideKey,
  place,
} from './place.js'

/** One config of the final defaults list, in merge order. */
export interface Layer {
  readonly path: string
  readonly package: string
  /** Whether it stands for a file's own content among its defaults. */
  readonly self: boolean
  readonly primary: boolean
  readonly file: ConfigFile
  /** Where it was asked for: an item of a defaults list, or an override. */
  readonly origin: Origin
  /** The configs that include it, from the primary one on. */
  readonly chain: readonly string[]
}

interface Expansion {
  readonly library: Library
  readonly choices: Choices
  readonly env: Readonly<Record<string, string | null | undefined>>
  /** Leave out groups whose option is still `???` instead of failing: a sweep may set them. */
  readonly skipMissing: boolean
}

interface Found {
  readonly layer: Layer
  readonly key: string | undefined
}

/** Follows the defaults lists from the primary config on; `name` null stands for an empty primary config. */
export function expandDefaults(expansion: Expansion, name: string | null): Layer[] {
  const empty = emptyConfig('')
  const origin = { text: empty.text, start: 0, end: 0 }
  const item: ConfigItem = {
    kind: 'config',
    path: name ?? '',
    package: undefined,
    optional: false,
    origin,
  }
  const root = place(item, '', '', true)
  const found = expand(
    { ...expansion, chain: [], budget: openBudget() },
    root,
    name === null ? empty : undefined,
  )
  checkDuplicates(found)
  checkAllUsed(expansion.choices)
  return found.map(({ layer }) => layer).filter(({ path }) => path !== '')
}

interface Branch extends Expansion {
  /** The files from the primary config down to here. */
  readonly chain: readonly Placed[]
  /** How many more configs may be met, for lists that include each other manifold. */
  readonly budget: Budget
  /** Whether an interpolated item led here. */
  readonly interpolated?: boolean
}

/** The layers of one item: those of its defaults list, with itself among them. */
function expand(branch: Branch, placed: Placed, given?: ConfigFile): Found[] {
  const { budget, choices, library } = branch
  spend(budget, placed)
  if (isDeleted(choices, placed)) return []
  noteChoice(choices, placed)
  if (optionName(placed) === null) return []
  const path = configPath(placed)
  if (path.endsWith('???')) return missingOption(branch, placed)
  if (path.split('/').includes('..')) {
    throw configError(
      'composition',
      `A defaults list names configs from the config root, without '..'`,
      {
        origin: placed.item.origin,
        hint: 'A leading slash starts at the config root.',
      },
    )
  }
  const file = given ?? library.load(path)
  if (file === undefined) {
    if (placed.item.optional) return []
    throw notFound(branch, placed)
  }
  checkCycle(branch.chain, placed)
  const target = finalPackage(placed, file.package)
  const { origin } = placed.item
  const chain = branch.chain.map(configPath)
  const layer = { path, package: target, primary: placed.primary, file, origin, chain }
  const key = placed.item.kind === 'group' ? overrideKey(placed) : undefined
  const items = itemsOf(file, placed, choices)
  const base = groupPath(placed)
  readOverrides(branch, items, base, target, path)
  const children = expandItems(
    { ...branch, chain: [...branch.chain, placed] },
    items,
    { base, target },
    { layer: { ...layer, self: true }, key: undefined },
  )
  return items.some((item) => isSelf(item) || !isOverride(item))
    ? children
    : [{ layer: { ...layer, self: false }, key }]
}

/** The file's list with its implicit `_self_`, and what the command line appends to the primary's. */
function itemsOf(file: ConfigFile, placed: Placed, choices: Choices): DefaultItem[] {
  const { origin } = placed.item
  const items = [...file.defaults]
  const appended = placed.primary ? choices.appended : []
  if (items.length === 0 && appended.length === 0) return []
  const selves = items.filter(isSelf)
  if (selves[1] !== undefined) {
    throw configError('composition', '`_self_` is there twice', { origin: selves[1].origin })
  }
  const others = items.some((item) => !isSelf(item) && !isOverride(item))
  if (selves.length === 0 && (others || items.length === 0)) items.push({ kind: 'self', origin })
  return [...items, ...appended]
}

function readOverrides(
  branch: Branch,
  items: readonly DefaultItem[],
  base: string,
  target: string,
  path: string,
): void {
  let before: GroupItem | undefined
  for (const item of items) {
    if (isSelf(item)) continue
    if (item.kind === 'group' && item.override) {
      before = item
      if (isHydraGroup(item.group)) continue
      if (branch.interpolated === true) {
        throw configError('composition', 'No override can stand below an interpolated choice', {
          origin: item.origin,
        })
      }
      addOverride(branch.choices, place(item, base, target), path)
    } else if (before !== undefined && !(item.kind === 'group' && item.appended)) {
      throw configError('composition', 'Overrides come last in a defaults list', {
        origin: before.origin,
        hint: `Move 'override ${before.group}' to the end of the list.`,
      })
    }
  }
}

interface Container {
  readonly base: string
  readonly target: string
}

/** Items are settled from last to first, interpolated ones after all others; the layers keep the list's order. */
function expandItems(
  branch: Branch,
  items: readonly DefaultItem[],
  { base, target }: Container,
  self: Found,
): Found[] {
  const parts = new Array<Found[]>(items.length).fill([])
  const waiting: [number, Placed][] = []
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index]
    if (item === undefined || isOverride(item)) continue
    if (isSelf(item)) {
      parts[index] = [self]
      continue
    }
    if (item.kind === 'group' && isHydraGroup(item.group)) {
      checkHydraOption(item.group, item.value, item.origin)
      continue
    }
    const placed = chosen(branch.choices, place(item, base, target))
    if (isInterpolated(placed)) waiting.push([index, placed])
    else parts[index] = expandOptions(branch, placed)
  }
  for (const [index, placed] of waiting) {
    const resolved = resolveChoices(placed, branch.choices.known, branch.env)
    parts[index] = expand({ ...branch, interpolated: true }, resolved)
  }
  return parts.flat()
}

/** The item with the option that an override gives it. */
function chosen(choices: Choices, placed: Placed): Placed {
  if (placed.item.kind !== 'group') return placed
  const choice = choices.overridden.get(overrideKey(placed))
  if (choice === undefined) return placed
  choice.used = true
  const origin = choice.from === undefined ? choice.origin : placed.item.origin
  return { ...placed, item: { ...placed.item, value: choice.value, origin } }
}

function expandOptions(branch: Branch, placed: Placed): Found[] {
  const { item, base, parentPackage } = placed
  if (item.kind !== 'group' || !Array.isArray(item.value)) return expand(branch, placed)
  const parts: Found[][] = []
  for (const option of [...(item.value as readonly string[])].reverse()) {
    if (option.includes('${')) {
      throw configError('composition', 'A list of options cannot hold an interpolation', {
        origin: item.origin,
      })
    }
    const group = item.appended && !item.group.startsWith('/') ? `/${item.group}` : item.group
    const { optional, origin } = item
    const single: ConfigItem = {
      kind: 'config',
      path: `${group}/${option}`,
      package: item.package,
      optional,
      origin,
    }
    parts.unshift(expand(branch, place(single, base, parentPackage)))
  }
  return parts.flat()
}

function isSelf(item: DefaultItem): item is SelfItem {
  return item.kind === 'self'
}

function isOverride(item: DefaultItem): boolean {
  return item.kind === 'group' && item.override
}

function isInterpolated(placed: Placed): boolean {
  const { item } = placed
  if (item.kind === 'config') return configPath(placed).includes('${')
  return typeof item.value === 'string' && item.value.includes('${')
}

function missingOption(branch: Branch, placed: Placed): Found[] {
  if (branch.skipMissing) return []
  const { origin } = placed.item
  if (placed.item.kind === 'config') {
    throw configError('composition', 'A config name cannot be ???', { origin })
  }
  const key = overrideKey(placed)
  const options = branch.library.options(groupPath(placed))
  throw configError('composition', `Choose an option for '${key}': ${key}=<option>`, {
    origin,
    code: 'config_missing',
    hint: `Available: ${options.join(', ')}.`,
  })
}

function checkDuplicates(found: readonly Found[]): void {
  const seen = new Set<string>()
  for (const { key, layer } of found) {
    if (key === undefined) continue
    if (seen.has(key)) {
      throw configError('composition', `'${key}' is more than once in the defaults list`, {
        origin: layer.file.content.origin,
      })
    }
    seen.add(key)
  }
}

function notFound({ library }: Branch, placed: Placed): Error {
  const path = configPath(placed)
  const { item } = placed
  const searched = `Searched in: ${library.sources.map((source) => source.name).join(', ')}.`
  if (placed.primary) {
    return configError('missing-config', `There is no config '${path}'`, { hint: searched })
  }
  const group = groupPath(placed)
  const below = library
    .groups(group)
    .flatMap((inner) => library.options(`${group}/${inner}`).map((option) => `${inner}/${option}`))
  const options = [...library.options(group), ...below]
  const name = optionName(placed) ?? ''
  const message =
    item.kind === 'group'
      ? `The group '${group}' has no option '${name}'`
      : `There is no config '${path}'`
  return configError('missing-config', message, {
    origin: item.origin,
    suggestions: nearest(name, options),
    hint: options.length > 0 ? `Available: ${options.join(', ')}.` : searched,
  })
}
