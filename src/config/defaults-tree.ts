import type { Draft } from './compose.js'
import type { Layer } from './defaults/expand.js'
import { type Place, placeOf, placeText } from './places.js'

/** One config of the defaults list, in merge order. */
export interface DefaultsEntry {
  readonly config: string
  /** Where its content goes; empty for the root of the config. */
  readonly package: string
  /** Whether it stands for a file's own content among the configs that the file includes. */
  readonly self: boolean
  /** The config whose defaults list asks for it; null for the primary one. */
  readonly parent: string | null
  readonly file: string
  /** The item of the defaults list, or the word, that chose it. */
  readonly chosen: Place | null
}

/** The flat defaults list: what is merged, in order, and what asked for it. */
export function defaultsList({ composition, overrides }: Draft): DefaultsEntry[] {
  return composition.layers.map(({ path, self, file, chain, origin, ...layer }) => ({
    config: path,
    package: layer.package,
    self,
    parent: chain.at(-1) ?? null,
    file: file.text.file,
    chosen: chain.length === 0 ? null : placeOf(origin, overrides),
  }))
}

/** A config with those that its defaults list includes, in the list's order. */
export interface DefaultsNode {
  readonly config: string
  readonly package: string
  /** Null for `_self_`: the place of a file's own content. */
  readonly children: readonly DefaultsNode[] | null
  readonly chosen: string | null
}

interface Growing extends DefaultsNode {
  readonly children: Growing[]
}

/** The defaults lists as the tree they form. */
export function defaultsTree({ composition, overrides }: Draft): DefaultsNode[] {
  const roots: Growing[] = []
  const open: { path: string; node: Growing }[] = []
  for (const layer of composition.layers) {
    const parents = layer.self ? [...layer.chain, layer.path] : layer.chain
    const shared = open.findIndex(({ path }, index) => path !== parents[index])
    open.length = shared === -1 ? Math.min(open.length, parents.length) : shared
    for (const path of parents.slice(open.length)) enter(path)
    const list = open.at(-1)?.node.children ?? roots
    if (layer.self) list.push({ ...nodeOf(layer), config: '_self_', children: [] })
    else list.push(nodeOf(layer))
  }
  return finished(roots)

  function enter(path: string): void {
    const own = composition.layers.find((layer) => layer.self && layer.path === path)
    const node =
      own === undefined ? { config: path, package: '', children: [], chosen: null } : nodeOf(own)
    const list = open.at(-1)?.node.children ?? roots
    list.push(node)
    open.push({ path, node })
  }

  function nodeOf({ path, chain, origin, ...layer }: Layer): Growing {
    const chosen = chain.length === 0 ? null : placeText(placeOf(origin, overrides))
    return { config: path, package: layer.package, children: [], chosen }
  }
}

function finished(nodes: readonly Growing[]): DefaultsNode[] {
  return nodes.map((node) => ({
    ...node,
    children: node.config === '_self_' ? null : finished(node.children),
    chosen: node.config === '_self_' ? null : node.chosen,
  }))
}
