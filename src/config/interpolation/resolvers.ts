import { AppError } from '../../core/errors.js'
import { isSecretName, secretReference } from '../../core/secrets.js'
import { nearest } from '../../core/table.js'
import { configError } from '../config-error.js'
import {
  type MapNode,
  type Node,
  cloneNode,
  isMissing,
  listNode,
  pathOf,
  scalarNode,
} from '../tree.js'
import { type Scalar } from '../values.js'
import { readYaml } from '../yaml/read.js'
import { type Element, parseElementText } from './grammar.js'
import type { Scope } from './scope.js'
import { type Selection, select, splitPath, startOf } from './select.js'
import { textOf } from './text.js'

/** A resolver's call: its arguments in order, and the node whose text holds it. */
export interface ResolverCall {
  readonly scope: Scope
  readonly at: Node
  readonly name: string
  readonly given: readonly Node[]
}

interface Resolver {
  readonly least: number
  readonly most: number
  resolve(call: ResolverCall): Node
}

/** The resolvers by name; each is a pure function of its arguments, the tree and the environment. */
const resolvers = {
  'oc.env': { least: 1, most: 2, resolve: environment },
  'oc.select': { least: 1, most: 2, resolve: selectOr },
  'oc.decode': { least: 1, most: 1, resolve: decode },
  'oc.create': { least: 1, most: 1, resolve: create },
  'oc.dict.keys': { least: 1, most: 1, resolve: dictKeys },
  'oc.dict.values': { least: 1, most: 1, resolve: dictValues },
  'oc.deprecated': { least: 1, most: 2, resolve: deprecated },
  run: { least: 1, most: 1, resolve: run },
  secret: { least: 1, most: 1, resolve: secret },
} satisfies Record<string, Resolver>

/** Calls a resolver by name; an unknown name is an `unsupported-interpolation` error. */
export function callResolver(call: ResolverCall): Node {
  const { name, given, at } = call
  if (!Object.hasOwn(resolvers, name)) {
    throw configError('unsupported-interpolation', `There is no resolver '${name}'`, {
      origin: at.origin,
      suggestions: nearest(name, Object.keys(resolvers)),
      hint: `Available: ${Object.keys(resolvers).join(', ')}.`,
    })
  }
  const resolver: Resolver = resolvers[name as keyof typeof resolvers]
  if (given.length < resolver.least || given.length > resolver.most) {
    const count =
      resolver.least === resolver.most
        ? `${resolver.most}`
        : `${resolver.least} or ${resolver.most}`
    throw fail(call, `takes ${count} arguments, not ${given.length}`)
  }
  return resolver.resolve(call)
}

function environment(call: ResolverCall): Node {
  const [, fallback] = call.given
  const name = textArgument(call)
  const value = Object.hasOwn(call.scope.env, name) ? call.scope.env[name] : undefined
  if (value !== undefined && value !== null) return result(call, value)
  if (fallback === undefined) throw fail(call, `the environment variable ${name} is not set`)
  const isNull = fallback.kind === 'scalar' && fallback.value === null
  return result(call, isNull ? null : textOf(fallback))
}

function selectOr(call: ResolverCall): Node {
  const [, fallback] = call.given
  const found = lookUp(call, textArgument(call))
  if ('node' in found) return found.node
  if (found.reason === 'index') throw fail(call, `goes through ${found.through}`)
  return fallback ?? result(call, null)
}

function decode(call: ResolverCall): Node {
  const [given] = call.given
  if (given?.kind === 'scalar' && given.value === null) return given
  return call.scope.evaluate(decoded(call, textArgument(call)), call.at)
}

function decoded(call: ResolverCall, text: string): Element {
  try {
    return parseElementText(text)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw fail(call, `cannot read '${text}': ${error.message}`)
  }
}

function create(call: ResolverCall): Node {
  const [given] = call.given
  const node = given?.kind === 'scalar' && typeof given.value === 'string' ? fromYaml(call) : given
  if (node === undefined) throw fail(call, 'makes lists and mappings only')
  if (node.kind === 'scalar' && node.value !== null)
    throw fail(call, 'makes lists and mappings only')
  const copy = unsealed(cloneNode(node))
  copy.parent = call.at.parent
  return copy
}

function fromYaml(call: ResolverCall): Node | undefined {
  return readYaml({ ...call.at.origin.text, text: textArgument(call) })
}

/** Texts of a created container are read again, so a reference that was quoted twice is looked up. */
function unsealed(node: Node): Node {
  if (node.kind === 'scalar') return { ...node, literal: false }
  if (node.kind === 'list') {
    node.items.forEach((item, index) => {
      const open = unsealed(item)
      open.parent = node
      node.items[index] = open
    })
    return node
  }
  for (const entry of node.entries.values()) {
    entry.node = unsealed(entry.node)
    entry.node.parent = node
  }
  return node
}

function dictKeys(call: ResolverCall): Node {
  const keys = [...dictionary(call).entries.values()].map(({ key }) => result(call, key))
  return listBelow(call, keys)
}

function dictValues(call: ResolverCall): Node {
  const path = textArgument(call)
  // A relative path counts from the list that is made here, one level deeper than the call.
  const shifted = path.startsWith('.') ? `.${path}` : path
  const keys = [...dictionary(call).entries.values()].map(({ key }) => String(key))
  return listBelow(
    call,
    keys.map((key) => scalarNode(`\${${shifted}.${key}}`, call.at.origin)),
  )
}

function deprecated(call: ResolverCall): Node {
  const path = textArgument(call)
  const message = call.given[1]
  if (message !== undefined && (message.kind !== 'scalar' || typeof message.value !== 'string')) {
    throw fail(call, 'takes a text as its message')
  }
  const found = lookUp(call, path)
  if ('node' in found) return found.node
  throw fail(call, `there is no key '${path}', which '${pathOf(call.at).join('.')}' was renamed to`)
}

/** A value of the run itself by its path. */
function run(call: ResolverCall): Node {
  const path = textArgument(call)
  const { root } = call.scope
  const values = root.kind === 'map' ? root.runValues : undefined
  if (values === undefined) throw fail(call, `'${path}' is known only when all layers are merged`)
  const found = select(call.scope, values, splitPath(path))
  if ('node' in found) return found.node
  const candidates = 'candidates' in found ? found.candidates : []
  throw configError('interpolation-resolution', `run: there is no value '${path}'`, {
    origin: call.at.origin,
    suggestions: nearest(path.split('.').at(-1) ?? path, candidates),
    hint: 'There are run:cwd, run:overrides, run:choices and run:choices.<group>.',
  })
}

/** Stays a reference: the environment is read where the value is used. */
function secret(call: ResolverCall): Node {
  const name = textArgument(call)
  if (isSecretName(name)) return result(call, secretReference(name))
  throw fail(call, `'${name}' is no name of an environment variable`)
}

function dictionary(call: ResolverCall): MapNode {
  const path = textArgument(call)
  const found = lookUp(call, path)
  if (!('node' in found)) throw fail(call, `there is no key '${path}'`)
  if (found.node.kind !== 'map') throw fail(call, `'${path}' is not a mapping`)
  return found.node
}

function lookUp({ scope, at }: ResolverCall, path: string): Selection {
  const dots = /^\.*/.exec(path)?.[0].length ?? 0
  const start = startOf(scope, at, dots)
  if (start === undefined) return { reason: 'absent', key: path, candidates: [] }
  return select(scope, start, splitPath(path.slice(dots)))
}

function listBelow(call: ResolverCall, items: readonly Node[]): Node {
  const list = listNode(call.at.origin, items)
  list.parent = call.at.parent
  return list
}

function textArgument(call: ResolverCall): string {
  const [given] = call.given
  if (given?.kind === 'scalar' && typeof given.value === 'string' && !isMissing(given))
    return given.value
  throw fail(call, `takes a text first, not ${given === undefined ? 'nothing' : textOf(given)}`)
}

function result(call: ResolverCall, value: Scalar): Node {
  return scalarNode(value, call.at.origin, true)
}

function fail(call: ResolverCall, problem: string): Error {
  return configError('interpolation-resolution', `${call.name}: ${problem}`, {
    origin: call.at.origin,
  })
}
