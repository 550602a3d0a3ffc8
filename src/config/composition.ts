import { sha256 } from '../core/hash.js'
import { configError } from './config-error.js'
import { readChoices } from './defaults/choices.js'
import { type Layer, expandDefaults } from './defaults/expand.js'
import { checkHydra, isHydraKey, searchPathOf, textsOf } from './hydra.js'
import { checkSyntax, resolveTree } from './interpolation/resolve.js'
import type { Scope } from './interpolation/scope.js'
import type { ConfigFile, Library } from './library.js'
import { type MergeRules, mergeInto } from './merge.js'
import { applyOverrides, toNode } from './overrides/apply.js'
import type { Override } from './overrides/override.js'
import { elementText, isSweep } from './overrides/values.js'
import { runValues } from './run-values.js'
import {
  type Container,
  type MapNode,
  type Node,
  child,
  cloneNode,
  isMissing,
  mapNode,
  setChild,
  walk,
} from './tree.js'
import { keyIdentity } from './values.js'

/** What is composed: a primary config (null: an empty one) of a library, with overrides in the order typed. */
export interface CompositionRequest {
  readonly library: Library
  /** Gives the library with `hydra.searchpath` added to it. */
  readonly extend: (library: Library, paths: readonly string[]) => Library
  readonly name: string | null
  readonly overrides: readonly Override[]
  readonly env: Scope['env']
  /** The working directory that `run:cwd` gives. */
  readonly cwd: string
  /** Keys that `run:` values leave out. */
  readonly isOutside?: (key: string) => boolean
  /** Adds what the config files leave out, before overrides are applied. */
  readonly complete?: (root: MapNode) => void
  /** Compose the config that a sweep starts from: sweeps are left out, `???` options are allowed. */
  readonly sweeping?: boolean
}

/** A composed tree before its interpolations are resolved. */
export interface Composition {
  readonly root: MapNode
  readonly hydra: Node | undefined
  readonly library: Library
  /** Override key to option of every group choice. */
  readonly choices: Readonly<Record<string, string | null>>
  readonly layers: readonly Layer[]
}

/** Composes a config: search path, defaults lists, layers, merge, overrides. Pure but for the library's reads. */
export function composeTree(request: CompositionRequest): Composition {
  const { name, overrides, env, cwd, sweeping = false, isOutside = isHydraKey } = request
  refuseSweeps(sweeping ? overrides.filter(({ key }) => isHydraKey(key)) : overrides)
  const library = searchPath(request)
  const choices = readChoices(library, overrides)
  const layers = expandDefaults({ library, choices, env, skipMissing: sweeping }, name)
  const root = mergeLayers(layers, { newKeys: true, env })
  root.runValues = runValues({ cwd, choices: choices.known, overrides, isOutside })
  checkHydra(child(root, 'hydra'), 'composition')
  request.complete?.(root)
  applyOverrides(root, choices.values.map(openHydra), env)
  const hydra = child(root, 'hydra')
  checkHydra(hydra, 'struct-key')
  for (const node of walk(root)) checkSyntax(node)
  root.entries.delete(keyIdentity('hydra'))
  return { root, hydra, library, layers, choices: Object.fromEntries(choices.known) }
}

/** Hydra's own section has all its keys from the start, so changing one needs no `+`. */
function openHydra(override: Override): Override {
  const changes = override.type === 'change' && isHydraKey(override.key)
  return changes ? { ...override, type: 'force-add' } : override
}

/** The tree with every interpolation resolved. */
export function resolveComposition({ root }: Composition, env: Scope['env']): MapNode {
  const resolved = resolveTree(root, env)
  if (resolved.kind !== 'map') throw new Error('a mapping resolved to something else')
  return resolved
}

/** The paths of all mandatory values that are not set, in order of the alphabet. */
export function missingPaths(node: Node, path = ''): string[] {
  if (isMissing(node)) return [path]
  if (node.kind === 'list') {
    return node.items.flatMap((item, index) => missingPaths(item, `${path}[${index}]`)).sort()
  }
  if (node.kind !== 'map') return []
  const below = [...node.entries.values()].flatMap(({ key, node: value }) =>
    missingPaths(value, path === '' ? String(key) : `${path}.${String(key)}`),
  )
  return below.sort()
}

/** The files that made a config, each once, with their content's hash. */
export function layerFiles(layers: readonly Layer[]): LayerFile[] {
  return [...new Map(layers.map(({ path, file }) => [path, file])).values()].map(layerFile)
}

interface LayerFile {
  readonly name: string
  readonly path: string
  readonly sha256: string
}

const layerFilesKnown = new WeakMap<ConfigFile, LayerFile>()

/** Hashed once for all compositions that share a library. */
function layerFile(file: ConfigFile): LayerFile {
  const { path, text } = file
  const known = layerFilesKnown.get(file) ?? {
    name: path,
    path: text.file,
    sha256: sha256(text.text),
  }
  layerFilesKnown.set(file, known)
  return known
}

function refuseSweeps(overrides: readonly Override[]): void {
  for (const { value, input, key, valueOrigin } of overrides) {
    if (value === undefined || !isSweep(value)) continue
    const simple = value.kind === 'choice' && value.simple
    const list = simple ? `${key}=[${value.list.map(elementText).join(',')}]` : ''
    throw configError('composition', `'${input}' sweeps over several values`, {
      origin: valueOrigin,
      code: 'usage',
      hint: simple
        ? `For a list write ${list}, for a text quote the value, for a sweep use the sweep command.`
        : 'Use the sweep command for it.',
    })
  }
}

function searchPath({ library, extend, name, overrides }: CompositionRequest): Library {
  const typed = overrides.find(
    ({ key, package: target }) => key === 'hydra.searchpath' && target === undefined,
  )
  if (typed?.value !== undefined) {
    const paths = textsOf(toNode(typed.value, typed.valueOrigin))
    return paths.length === 0 ? library : extend(library, paths)
  }
  const primary = name === null ? undefined : library.load(name)
  if (primary === undefined) return library
  if (primary.content.kind !== 'map') {
    throw configError('composition', `The primary config '${primary.path}' must be a mapping`, {
      origin: primary.content.origin,
    })
  }
  const paths = searchPathOf(primary.content)
  return paths.length === 0 ? library : extend(library, paths)
}

function mergeLayers(layers: readonly Layer[], rules: MergeRules): MapNode {
  const primary = layers.find((layer) => layer.primary)
  const root = mapNode(primary?.file.content.origin ?? emptyOrigin)
  for (const layer of layers) {
    const content = embed(layer.file.content, layer.package)
    refuseMarkedRoot(content)
    if (!layer.primary && searchPathOf(content).length > 0) {
      throw configError('composition', `Only the primary config may set hydra.searchpath`, {
        origin: layer.file.content.origin,
      })
    }
    mergeInto(root, content, rules)
  }
  return root
}

function refuseMarkedRoot({ mark, origin }: Container): void {
  if (mark === undefined) return
  throw configError('composition', `The whole config cannot be marked !${mark}`, {
    origin,
    code: 'config_merge',
    hint: 'Mark the value of a key, or give the file a package.',
  })
}

const emptyOrigin = { text: { file: '', text: '', layer: '' }, start: 0, end: 0 }

const deepestPackage = 100

/** The content below the mappings of its package. */
function embed(content: Container, target: string): Container {
  if (target === '') return content
  const keys = target.split('.')
  if (keys.length > deepestPackage) {
    throw configError('composition', `A package has at most ${deepestPackage} parts`, {
      origin: content.origin,
    })
  }
  let node: Container = cloneNode(content) as Container
  for (const key of keys.reverse()) {
    const map = mapNode(content.origin)
    setChild(map, key, node)
    node = map
  }
  return node
}
