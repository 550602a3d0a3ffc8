import { nearest } from '../core/table.js'
import { configError } from './config-error.js'
import { type MapNode, type Node, child } from './tree.js'

/** What of Hydra's own `hydra` section is understood; `true` stands for anything below. */
const accepted: Readonly<Record<string, true | readonly string[]>> = {
  searchpath: true,
  job: [
    'name',
    'chdir',
    'override_dirname',
    'id',
    'num',
    'config_name',
    'env_set',
    'env_copy',
    'config',
  ],
  run: ['dir'],
  sweep: ['dir', 'subdir'],
  sweeper: ['max_batch_size', 'params'],
  mode: true,
  verbose: true,
  output_subdir: true,
}

const logging = ['default', 'disabled', 'none', 'stdout', 'hydra_debug']

/** Hydra's own groups and their options, which have no meaning here and are passed over. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'hydra/hydra_logging': logging,
  'hydra/job_logging': logging,
  'hydra/launcher': ['basic'],
  'hydra/sweeper': ['basic'],
  'hydra/help': ['default'],
  'hydra/hydra_help': ['default'],
  'hydra/output': ['default'],
  'hydra/env': ['default'],
}

/** Whether a group is one of Hydra's own. */
export function isHydraGroup(group: string): boolean {
  return Object.hasOwn(groups, group.replace(/^\//, ''))
}

/** Fails for an option that one of Hydra's own groups does not have. */
export function checkHydraOption(group: string, option: unknown, origin: Node['origin']): void {
  const options = groups[group.replace(/^\//, '')] ?? []
  if (typeof option !== 'string' || options.includes(option)) return
  throw configError('missing-config', `The group '${group}' has no option '${option}' here`, {
    origin,
    hint: `Available: ${options.join(', ')}.`,
  })
}

/** Whether a config path lies in Hydra's own section. */
export function isHydraKey(key: string): boolean {
  return key === 'hydra' || key.startsWith('hydra.')
}

/** Fails for a key of the `hydra` section that is not understood; `kind` says what the key is part of. */
export function checkHydra(node: Node | undefined, kind: 'composition' | 'struct-key'): void {
  if (node?.kind !== 'map') return
  for (const section of node.entries.values()) {
    const name = String(section.key)
    const known = Object.hasOwn(accepted, name) ? accepted[name] : undefined
    if (known === undefined) throw unknown(name, Object.keys(accepted), section.origin, kind)
    if (known === true || section.node.kind !== 'map') continue
    for (const { key, origin } of section.node.entries.values()) {
      if (!known.includes(String(key))) throw unknown(`${name}.${String(key)}`, known, origin, kind)
    }
  }
}

/** The texts of `hydra.searchpath`; anything but a list of texts is an error. */
export function searchPathOf(config: Node): string[] {
  const hydra = config.kind === 'map' ? child(config, 'hydra') : undefined
  const value = hydra?.kind === 'map' ? child(hydra, 'searchpath') : undefined
  return value === undefined ? [] : textsOf(value)
}

/** The items of a search path given as a node. */
export function textsOf(value: Node): string[] {
  if (value.kind === 'scalar' && value.value === null) return []
  const items = value.kind === 'list' ? value.items : [value]
  return items.map((item) => {
    if (value.kind === 'list' && item.kind === 'scalar' && typeof item.value === 'string')
      return item.value
    throw configError('composition', '`hydra.searchpath` is a list of texts', {
      origin: item.origin,
    })
  })
}

/** The overrides of `hydra.sweeper.params` with their values as they are written. */
export function sweepParameters(hydra: Node | undefined): { key: string; node: Node }[] {
  const sweeper = sectionOf(hydra, 'sweeper')
  const parameters = sectionOf(sweeper, 'params')
  return [...(parameters?.entries.values() ?? [])].map(({ key, node }) => ({
    key: String(key),
    node,
  }))
}

/** The most jobs of a batch, where `hydra.sweeper.max_batch_size` says so. */
export function batchSize(hydra: Node | undefined): number | undefined {
  const sweeper = sectionOf(hydra, 'sweeper')
  const node = sweeper === undefined ? undefined : child(sweeper, 'max_batch_size')
  if (node?.kind !== 'scalar' || node.value === null) return undefined
  if (typeof node.value === 'bigint' && node.value > 0n) return Number(node.value)
  throw configError('other', '`hydra.sweeper.max_batch_size` is a whole number above zero', {
    origin: node.origin,
  })
}

function sectionOf(node: Node | undefined, key: string): MapNode | undefined {
  const found = node?.kind === 'map' ? child(node, key) : undefined
  return found?.kind === 'map' ? found : undefined
}

function unknown(
  name: string,
  known: readonly string[],
  origin: Node['origin'],
  kind: 'composition' | 'struct-key',
): Error {
  const last = name.split('.').at(-1) ?? name
  return configError(kind, `The hydra section has no key '${name}' here`, {
    origin,
    code: kind === 'struct-key' ? 'override_target' : 'config_invalid',
    suggestions: nearest(last, known),
  })
}
