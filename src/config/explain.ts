import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'
import type { Draft } from './compose.js'
import { configError } from './config-error.js'
import { type Input, inputsOf } from './interpolation/inputs.js'
import { createScope, resolveTree } from './interpolation/resolve.js'
import type { Scope } from './interpolation/scope.js'
import { splitPath } from './interpolation/select.js'
import { type Place, placeOf } from './places.js'
import { toPlain } from './plain.js'
import { type Container, type Node, type Text, pathOf, walk } from './tree.js'

/** One layer's say about a value: where, and what was written there. */
export interface Step {
  readonly place: Place
  /** The item of a defaults list, or the word, that brought the config file in; null for anything else. */
  readonly chosen: Place | null
  readonly value: unknown
}

/** What an interpolation reads; a reference carries the explanation of its own value. */
export type ExplainedInput =
  | { readonly kind: 'reference'; readonly path: string; readonly target: Explanation | null }
  | Exclude<Input, { kind: 'reference' }>

/** How a value came to be. */
export interface Explanation {
  readonly key: string
  /** The resolved value; undefined where it cannot be resolved. */
  readonly value: unknown
  readonly failure: string | null
  /** From the first layer that set the value to the one that counts. */
  readonly steps: readonly Step[]
  readonly inputs: readonly ExplainedInput[]
  /** For a mapping or list: its plain values by path, each with the place that set it. */
  readonly below: readonly {
    readonly key: string
    readonly value: unknown
    readonly place: Place
  }[]
}

/** The node of a key path in the composed tree before interpolations are resolved; an absent key is an error. */
export function nodeAt(draft: Draft, key: string): Node {
  return locate(draft, draft.composition.root, splitPath(key))
}

/** Explains the value of a key path in a composed tree; an absent key is an error that says whether a word deleted it. */
export function explainKey(key: string, draft: Draft, env: Scope['env']): Explanation {
  const scope = createScope(draft.composition.root, env)
  return explain({ scope, draft, open: [] }, nodeAt(draft, key))
}

interface Explainer {
  readonly scope: Scope
  readonly draft: Draft
  /** The nodes being explained, to end a circle of references. */
  readonly open: readonly Node[]
}

function explain(explainer: Explainer, node: Node): Explanation {
  const { scope, draft, open } = explainer
  const place = ({ origin }: Node): Place => placeOf(origin, draft.overrides)
  const deeper = { ...explainer, open: [...open, node] }
  const leaves = node.kind === 'scalar' ? [] : [...walk(node)].filter(isLeaf)
  return {
    key: pathOf(node).join('.'),
    ...attempt(() => ({ value: valueOf(scope, node), failure: null })),
    steps: [...history(node)].reverse().map((at) => ({
      place: place(at),
      chosen: chosenBy(draft, at.origin.text),
      value: toPlain(at),
    })),
    inputs: open.includes(node)
      ? []
      : attemptInputs(scope, node).map((input) => follow(deeper, input)),
    below: leaves.map((leaf) => ({
      key: pathOf(leaf).join('.'),
      value: toPlain(leaf),
      place: place(leaf),
    })),
  }
}

function chosenBy({ composition, overrides }: Draft, text: Text): Place | null {
  const layer = composition.layers.find(({ file }) => file.text === text)
  if (layer === undefined || layer.chain.length === 0) return null
  return placeOf(layer.origin, overrides)
}

function* history(node: Node): Generator<Node> {
  for (let at: Node | undefined = node; at !== undefined; at = at.replaced) yield at
}

function isLeaf(node: Node): boolean {
  if (node.kind === 'scalar') return true
  return node.kind === 'list' ? node.items.length === 0 : node.entries.size === 0
}

function valueOf(scope: Scope, node: Node): unknown {
  const concrete = scope.dereference(node)
  if (concrete.kind === 'scalar') return toPlain(concrete)
  const path = pathOf(node)
  const tree = resolveTree(scope.root, scope.env)
  return toPlain(path.reduce<Node>((at, key) => below(at, key) ?? at, tree))
}

function attempt(
  resolve: () => Pick<Explanation, 'value' | 'failure'>,
): Pick<Explanation, 'value' | 'failure'> {
  try {
    return resolve()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { value: undefined, failure: error.message }
  }
}

/** An interpolation that cannot be resolved may have inputs that cannot be either. */
export function attemptInputs(scope: Scope, node: Node): Input[] {
  try {
    return inputsOf(scope, node)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return []
  }
}

function follow(explainer: Explainer, input: Input): ExplainedInput {
  if (input.kind !== 'reference') return input
  const { node, path } = input
  return { kind: 'reference', path, target: node === undefined ? null : explain(explainer, node) }
}

function locate({ composition, overrides }: Draft, root: Container, path: readonly string[]): Node {
  let node: Node = root
  for (const [index, key] of path.entries()) {
    const next: Node | undefined = below(node, key)
    if (next === undefined) {
      const shown = path.join('.')
      const deletion = overrides.find(
        ({ type, key: deleted }) => type === 'delete' && within(shown, deleted),
      )
      throw configError('struct-key', `There is no key '${shown}' in the composed config`, {
        suggestions: nearest(key, keysOf(node)).map((name) =>
          [...path.slice(0, index), name].join('.'),
        ),
        ...(deletion !== undefined && {
          origin: deletion.origin,
          hint: `It was deleted by ${deletion.input}.`,
        }),
        ...(composition.root === node &&
          keysOf(node).length > 0 &&
          deletion === undefined && {
            hint: `Keys: ${keysOf(node).join(', ')}.`,
          }),
      })
    }
    node = next
  }
  return node
}

function within(key: string, container: string): boolean {
  return key === container || key.startsWith(`${container}.`)
}

function below(node: Node, key: string): Node | undefined {
  if (node.kind === 'map') return node.entries.get(key)?.node
  return node.kind === 'list' && /^\d+$/.test(key) ? node.items[Number(key)] : undefined
}

function keysOf(node: Node): string[] {
  return node.kind === 'map' ? [...node.entries.values()].map(({ key }) => String(key)) : []
}
