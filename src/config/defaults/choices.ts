import { nearest } from '../../core/table.js'
import { configError } from '../config-error.js'
import { checkHydraOption, isHydraGroup } from '../hydra.js'
import type { Library } from '../library.js'
import { type Override, choiceKey } from '../overrides/override.js'
import {
  type Element,
  isDictionary,
  isList,
  isQuoted,
  isReplacement,
  isSweep,
  shown,
} from '../overrides/values.js'
import type { Origin } from '../tree.js'
import type { GroupItem } from './items.js'
import { type Placed, groupPath, optionName, overrideKey } from './place.js'

type Option = GroupItem['value']

interface Choice {
  readonly value: Option
  readonly origin: Origin
  /** The file whose list overrides; undefined for the command line. */
  readonly from: string | undefined
  used: boolean
}

interface Deletion {
  readonly name: string | undefined
  readonly origin: Origin
  used: boolean
}

/** What the command line and the `override` items ask for, and what has been chosen so far. */
export interface Choices {
  readonly overridden: Map<string, Choice>
  readonly deleted: Map<string, Deletion>
  readonly appended: readonly GroupItem[]
  /** Overrides that set values, in order. */
  readonly values: readonly Override[]
  /** Override key to option, in the order the choices were made. */
  readonly known: Map<string, string | null>
  readonly knownOfGroup: Map<string, Set<string>>
}

/** Sorts the typed overrides into choices of groups and settings of values. */
export function readChoices(library: Library, overrides: readonly Override[]): Choices {
  const overridden = new Map<string, Choice>()
  const deleted = new Map<string, Deletion>()
  const appended: GroupItem[] = []
  const values: Override[] = []
  for (const override of overrides) {
    const { value, type, origin } = override
    if (value !== undefined && isSweep(value)) continue
    if (isHydraGroup(override.key)) {
      checkHydraOption(override.key, unquoted(value ?? null), origin)
      continue
    }
    const setsNode = value !== undefined && (isDictionary(value) || isReplacement(value))
    if (!library.isGroup(override.key) || setsNode) {
      values.push(override)
    } else if (type === 'force-add' || type === 'extend-list') {
      throw configError('composition', `'${override.input}' cannot force a config group`, {
        origin,
        hint: `Use +${choiceKey(override)}=<option> to append the group.`,
      })
    } else if (type === 'delete') {
      deleted.set(choiceKey(override), { name: deletedName(override), origin, used: false })
    } else if (type === 'add') {
      appended.push(appendedItem(override))
    } else {
      const choice = { value: optionOf(override), origin, from: undefined, used: false }
      overridden.set(choiceKey(override), choice)
    }
  }
  return { overridden, deleted, appended, values, known: new Map(), knownOfGroup: new Map() }
}

/** Remembers an `override` item of a file; the first of several, and the command line before all, counts. */
export function addOverride(choices: Choices, placed: Placed, from: string): void {
  const key = overrideKey(placed)
  if (placed.item.kind !== 'group' || choices.overridden.has(key)) return
  const { value, origin } = placed.item
  choices.overridden.set(key, { value, origin, from, used: false })
}

/** Notes the option of a group; a second, different one is an error. */
export function noteChoice(choices: Choices, placed: Placed): void {
  if (placed.item.kind !== 'group') return
  const key = overrideKey(placed)
  const name = optionName(placed)
  const before = choices.known.get(key)
  if (before !== undefined && before !== name) {
    throw configError(
      'composition',
      `The group '${key}' is chosen twice: '${before}' and '${name}'`,
      {
        origin: placed.item.origin,
        hint: `Write 'override ${key}: ${name}' to replace an earlier choice.`,
      },
    )
  }
  if (before === undefined) choices.known.set(key, name)
  const group = groupPath(placed)
  choices.knownOfGroup.set(group, (choices.knownOfGroup.get(group) ?? new Set()).add(key))
}

/** Whether the command line takes the item out of the defaults list. */
export function isDeleted(choices: Choices, placed: Placed): boolean {
  if (placed.item.kind !== 'group') return false
  const deletion = choices.deleted.get(overrideKey(placed))
  if (deletion === undefined) return false
  if (deletion.name !== undefined && deletion.name !== optionName(placed)) return false
  deletion.used = true
  return true
}

/** Fails for overrides and deletions that met no item of any defaults list. */
export function checkAllUsed(choices: Choices): void {
  for (const [key, choice] of choices.overridden)
    if (!choice.used) throw unused(choices, key, choice)
  for (const [key, { name, origin, used }] of choices.deleted) {
    if (used) continue
    const target = name === undefined ? key : `${key}=${name}`
    throw configError('composition', `Cannot delete '${target}': it is not in the defaults list`, {
      origin,
      code: 'override_target',
      suggestions: suggest(choices, key),
    })
  }
}

function unused(choices: Choices, key: string, { origin, from, value }: Choice): Error {
  const where = from === undefined ? '' : ` in '${from}'`
  const hint = `To append the group, use +${key}=${String(value)}.`
  return configError(
    'composition',
    `Nothing to override${where}: '${key}' is not in the defaults list`,
    {
      origin,
      code: from === undefined ? 'override_target' : 'config_defaults',
      suggestions: suggest(choices, key),
      ...(from === undefined && { hint }),
    },
  )
}

function suggest(choices: Choices, key: string): string[] {
  const [group = ''] = key.split('@')
  const same = choices.knownOfGroup.get(group)
  return same === undefined ? nearest(key, choices.known.keys()) : [...same].sort()
}

function deletedName({ value, origin }: Override): string | undefined {
  const plain = value === undefined ? null : unquoted(value)
  if (plain === null || typeof plain === 'string') return plain ?? undefined
  throw configError('composition', 'A group is deleted by its name and the name of an option', {
    origin,
  })
}

function appendedItem(override: Override): GroupItem {
  return {
    kind: 'group',
    group: override.key,
    value: optionOf(override),
    package: override.package,
    optional: false,
    override: false,
    appended: true,
    origin: override.origin,
  }
}

function optionOf({ value, origin, key }: Override): Option {
  const plain = unquoted(value ?? null)
  if (typeof plain === 'string') return plain
  if (isList(plain)) {
    const names = plain.map(unquoted)
    if (names.every((name) => typeof name === 'string')) return names
  }
  throw configError(
    'composition',
    `'${key}' is a config group: its option is a name, not ${shown(plain)}`,
    {
      origin,
      code: 'override_target',
      hint: `To leave the group out, use ~${key}.`,
    },
  )
}

function unquoted(value: Element): Element {
  return isQuoted(value) ? value.text : value
}
