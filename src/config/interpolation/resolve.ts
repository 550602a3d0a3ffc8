import { AppError } from '../../core/errors.js'
import { nearest } from '../../core/table.js'
import { type ConfigErrorKind, configError } from '../config-error.js'
import {
  type Container,
  type Node,
  type Origin,
  cloneNode,
  isInterpolation,
  listNode,
  mapNode,
  pathOf,
  scalarNode,
  setChild,
} from '../tree.js'
import {
  type Element,
  type Interpolation,
  type Part,
  type Reference,
  type Segment,
  parseInterpolations,
} from './grammar.js'
import { callResolver } from './resolvers.js'
import type { Scope } from './scope.js'
import { select, splitPath, startOf } from './select.js'
import { textOf } from './text.js'

interface Resolution extends Scope {
  /** Nodes being resolved, outermost first. */
  readonly open: Node[]
  readonly resolved: Map<Node, Node>
  copied: number
  depth: number
}

const limits = { chain: 200, depth: 500, text: 50_000_000, nodes: 500_000 }

/** A scope over a tree in which nothing has been resolved yet. */
export function createScope(root: Container, env: Scope['env']): Scope {
  return createResolution(root, env)
}

function createResolution(root: Container, env: Scope['env']): Resolution {
  const resolution: Resolution = {
    root,
    env,
    dereference: (node) => dereference(resolution, node),
    evaluate: (element, at) => evaluateElement(resolution, element, at),
    open: [],
    resolved: new Map(),
    copied: 0,
    depth: 0,
  }
  return resolution
}

function dereference(scope: Resolution, node: Node): Node {
  if (!isInterpolation(node)) return node
  const known = scope.resolved.get(node)
  if (known !== undefined) return known
  checkChain(scope, node)
  scope.open.push(node)
  const result = evaluateParts(scope, partsOf(node), node)
  scope.open.pop()
  scope.resolved.set(node, result)
  return result
}

/** A copy of the tree with every interpolation replaced by its value; each value keeps the place it was written at. */
export function resolveTree(root: Container, env: Scope['env']): Node {
  return resolveNode(createResolution(root, env), root)
}

function resolveNode(scope: Resolution, node: Node): Node {
  scope.copied += 1
  scope.depth += 1
  if (scope.copied > limits.nodes) {
    throw fail('resolution', `References repeat more than ${limits.nodes} values`, node)
  }
  if (scope.depth > limits.depth) {
    throw fail('resolution', `References nest values more than ${limits.depth} levels deep`, node)
  }
  const concrete = dereference(scope, node)
  const referred = concrete !== node && concrete.kind !== 'scalar'
  if (referred) {
    checkChain(scope, node)
    scope.open.push(node)
  }
  const copy = copyResolved(scope, concrete, node)
  if (referred) scope.open.pop()
  scope.depth -= 1
  return copy
}

/** Fails for the first text whose interpolations do not follow the grammar. */
export function checkSyntax(node: Node): void {
  if (isInterpolation(node)) partsOf(node)
}

function copyResolved(scope: Resolution, concrete: Node, { origin, replaced }: Node): Node {
  if (concrete.kind === 'scalar')
    return { ...concrete, literal: true, origin, replaced, parent: undefined }
  if (concrete.kind === 'list') {
    const list = listNode(
      origin,
      concrete.items.map((item) => resolveNode(scope, item)),
    )
    list.replaced = replaced
    return list
  }
  const map = mapNode(origin)
  map.replaced = replaced
  for (const entry of concrete.entries.values()) {
    setChild(map, entry.key, resolveNode(scope, entry.node), entry.origin)
  }
  return map
}

function partsOf({ value, origin }: { readonly value: string; readonly origin: Origin }): Part[] {
  try {
    return parseInterpolations(value)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const shown = value.length > 120 ? `${value.slice(0, 119)}…` : value
    throw configError('interpolation-syntax', `Cannot read '${shown}': ${error.message}`, {
      origin,
    })
  }
}

/** The value of a text at a node: that of a lone interpolation as it is, otherwise one text. */
function evaluateParts(scope: Resolution, parts: readonly Part[], at: Node): Node {
  const [only] = parts
  if (parts.length === 1 && only !== undefined && typeof only !== 'string') {
    return evaluate(scope, only, at)
  }
  let text = ''
  for (const part of parts) {
    text += typeof part === 'string' ? part : textOf(evaluate(scope, part, at))
    if (text.length > limits.text) throw fail('resolution', 'References make a text too long', at)
  }
  return scalarNode(text, at.origin, true)
}

function evaluateElement(scope: Resolution, element: Element, at: Node): Node {
  switch (element.kind) {
    case 'scalar':
      return scalarNode(element.value, at.origin, true)
    case 'text':
      return evaluateParts(scope, element.parts, at)
    case 'quoted':
      return scalarNode(textOf(evaluateParts(scope, element.parts, at)), at.origin, true)
    case 'list': {
      const items = element.items.map((item) => detached(evaluateElement(scope, item, at)))
      return below(listNode(at.origin, items), at)
    }
    case 'map': {
      const map = below(mapNode(at.origin), at)
      for (const [key, value] of element.entries) {
        if (key === null || key instanceof Uint8Array) {
          throw fail('resolution', 'A key must not be null', at)
        }
        setChild(map, key, detached(evaluateElement(scope, value, at)))
      }
      return map
    }
  }
}

function detached(node: Node): Node {
  return node.parent === undefined ? node : cloneNode(node)
}

function below<T extends Node>(node: T, at: Node): T {
  node.parent = at.parent
  return node
}

function evaluate(scope: Resolution, interpolation: Interpolation, at: Node): Node {
  if (interpolation.kind === 'reference') return follow(scope, interpolation, at)
  const name = interpolation.name.map((segment) => segmentText(scope, segment, at)).join('.')
  const given = interpolation.arguments.map((element) => evaluateElement(scope, element, at))
  return callResolver({ scope, at, name, given })
}

function follow(scope: Resolution, { dots, segments }: Reference, at: Node): Node {
  let up = dots
  const path = segments.flatMap((segment, index) => {
    if (typeof segment === 'string') return [segment]
    const text = segmentText(scope, segment, at)
    if (index > 0) return splitPath(text)
    const leading = /^\.*/.exec(text)?.[0].length ?? 0
    up += leading
    return splitPath(text.slice(leading))
  })
  const shown = '.'.repeat(up) + path.join('.')
  const start = startOf(scope, at, up)
  if (start === undefined) throw fail('key', `'${shown}' leads above the root`, at)
  const target = select(scope, start, path)
  if ('node' in target) {
    if (isAncestor(target.node, at)) {
      throw fail('resolution', `'${shown}' is a container that the reference itself lies in`, at)
    }
    return target.node
  }
  if (target.reason === 'missing') {
    throw fail('missing', `'${shown}' refers to a mandatory value that is not set`, at)
  }
  if (target.reason === 'type' || target.reason === 'index')
    throw fail('resolution', `'${shown}' goes through ${target.through}`, at)
  throw fail('key', `There is no key '${shown}'`, at, nearest(target.key, target.candidates))
}

function segmentText(scope: Resolution, segment: Segment, at: Node): string {
  if (typeof segment === 'string') return segment
  const node = evaluate(scope, segment, at)
  if (node.kind === 'scalar' && typeof node.value === 'string') return node.value
  throw fail('resolution', `A key or name must be a text, not ${textOf(node)}`, at)
}

function isAncestor(node: Node, of: Node): boolean {
  for (let at: Node | undefined = of.parent; at !== undefined; at = at.parent) {
    if (at === node) return true
  }
  return false
}

function checkChain(scope: Resolution, node: Node): void {
  if (scope.open.includes(node)) {
    const chain = [...scope.open, node].map((open) => pathOf(open).join('.'))
    throw fail('resolution', `Values refer to each other in a circle: ${chain.join(' -> ')}`, node)
  }
  if (scope.open.length >= limits.chain) {
    throw fail('resolution', `A chain of more than ${limits.chain} references`, node)
  }
}

function fail(
  kind: 'key' | 'missing' | 'resolution',
  message: string,
  { origin }: Node,
  suggestions: readonly string[] = [],
): Error {
  const full: ConfigErrorKind = `interpolation-${kind}`
  return configError(full, message, { origin, suggestions })
}
