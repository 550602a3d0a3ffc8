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

const groups = new Set(
  [
    'hydra_logging',
    'job_logging',
    'launcher',
    'sweeper',
    'help',
    'hydra_help',
    'output',
    'env',
  ].map((name) => `hydra/${name}`),
)

/** Whether a group is one of Hydra's own, whose options have no meaning here and are passed over. */
export function isHydraGroup(group: string): boolean {
  return groups.has(group.replace(/^\//, ''))
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
