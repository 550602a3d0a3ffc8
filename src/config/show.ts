import type { Roots } from '../spec/types.gen.js'
import { type Origins, placesOf } from './annotate.js'
import { type ComposeContext, type Draft, completeDraft, draftRoot } from './compose.js'
import { layerFiles, resolveComposition } from './composition.js'
import {
  type DefaultsEntry,
  type DefaultsNode,
  defaultsList,
  defaultsTree,
} from './defaults-tree.js'
import { nodeAt } from './explain.js'
import { freeze, toPlain } from './plain.js'
import { pathOf } from './tree.js'

/** A composed config with everything that can be said about its making. */
export interface ShownConfig {
  readonly root: keyof Roots | null
  readonly config: unknown
  /** Override key to option of every group choice; null where none is chosen. */
  readonly choices: Readonly<Record<string, string | null>>
  readonly layers: readonly {
    readonly name: string
    readonly path: string
    readonly sha256: string
  }[]
  readonly defaults: readonly DefaultsEntry[]
  readonly tree: readonly DefaultsNode[]
  readonly origins: Origins
}

interface ShowOptions {
  /** False shows interpolations as they are written, does not validate, and lets mandatory values be unset. */
  readonly resolve: boolean
  /** The key path of the part to show; the whole by default. */
  readonly package: string | undefined
}

/** Composes a config to be looked at; without a root it is checked against no schema. */
export function showConfig(
  root: keyof Roots | null,
  words: readonly string[],
  context: ComposeContext,
  options: ShowOptions,
): ShownConfig {
  const draft = draftRoot(root, words, context)
  const path = partOf(draft, options.package)
  const config = options.resolve ? resolved(root, draft, context) : toPlain(draft.composition.root)
  const { choices, layers } = draft.composition
  return {
    root,
    config: freeze(path.reduce(member, config)),
    choices,
    layers: layerFiles(layers),
    defaults: defaultsList(draft),
    tree: defaultsTree(draft),
    origins: placesOf(draft, context.env),
  }
}

function partOf(draft: Draft, key: string | undefined): string[] {
  return key === undefined || key === '' || key === '_global_' ? [] : pathOf(nodeAt(draft, key))
}

function resolved(
  root: keyof Roots | null,
  { composition }: Draft,
  context: ComposeContext,
): unknown {
  if (root === null) return toPlain(resolveComposition(composition, context.env))
  return completeDraft(root, composition, context).config
}

function member(value: unknown, key: string): unknown {
  if (value instanceof Map) return value.get(key)
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined
  return (value as Record<string, unknown>)[key]
}
