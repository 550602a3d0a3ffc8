import {
  type Document,
  Lexer,
  type Pair,
  type ParsedNode,
  type Scalar as YamlScalar,
  type YAMLMap as YamlMap,
  type YAMLSeq as YamlSeq,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
} from 'yaml'
import { isSecretName, secretReference } from '../../core/secrets.js'
import { configError } from '../config-error.js'
import {
  type MapNode,
  type MergeMark,
  type Node,
  type Origin,
  type Text,
  listNode,
  mapNode,
  scalarNode,
  setChild,
} from '../tree.js'
import type { Key, Scalar } from '../values.js'
import { plainTag, readScalar } from './scalars.js'

const limits = { depth: 200, nodes: 500_000, small: 500_000, tokens: 1_500_000 }

/** Reads one YAML document into nodes; an empty one is undefined. Syntax errors are `yaml` errors with their place. */
export function readYaml(text: Text): Node | undefined {
  try {
    return read(text)
  } catch (error) {
    if (error instanceof RangeError) throw failure(text, 'The YAML is nested too deeply', 0, 1)
    throw error
  }
}

function read(text: Text): Node | undefined {
  const control = unprintable.exec(text.text)
  if (control !== null) {
    throw failure(text, 'Not valid YAML: a control character', control.index, control.index + 1)
  }
  checkSize(text)
  const document = parse(text)
  const syntaxError = document?.errors[0]
  if (syntaxError !== undefined) {
    const [start, end] = syntaxError.pos
    throw failure(text, plainMessage(syntaxError.message), start, end)
  }
  if (document?.contents == null) return undefined
  const reader: Reader = { text, anchors: anchorsOf(document), open: new Set(), nodes: 0 }
  return convert(reader, document.contents, 0)
}

// eslint-disable-next-line no-control-regex
const unprintable = /[\x00-\x08\v\f\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/

/** Counts the tokens of a large text, because parsing that many takes minutes and gigabytes; a long text is one token. */
function checkSize(text: Text): void {
  if (text.text.length < limits.small) return
  const tokens = new Lexer().lex(text.text)
  for (let count = 0; tokens.next().done !== true; count++) {
    if (count > limits.tokens) {
      throw failure(text, `More than ${limits.tokens} marks and values are too many`, 0, 1)
    }
  }
}

interface Reader {
  readonly text: Text
  readonly anchors: ReadonlyMap<string, readonly ParsedNode[]>
  /** Nodes being converted, to notice an alias to its own ancestor. */
  readonly open: Set<ParsedNode>
  nodes: number
}

function parse(text: Text): Document.Parsed | undefined {
  const documents = parseAllDocuments(text.text, {
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
  })
  if (!Array.isArray(documents)) return undefined
  const second = documents[1]
  if (second !== undefined) {
    const start = second.range[0]
    throw failure(text, 'A config file holds one YAML document, this is a second one', start, start)
  }
  return documents[0]
}

function anchorsOf(document: Document.Parsed): Map<string, ParsedNode[]> {
  const anchors = new Map<string, ParsedNode[]>()
  const visit = (node: unknown): void => {
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return
    if (node.anchor !== undefined) {
      const known = anchors.get(node.anchor) ?? []
      known.push(node as ParsedNode)
      anchors.set(node.anchor, known)
    }
    if (isSeq(node)) node.items.forEach(visit)
    if (isMap(node)) {
      for (const pair of node.items) {
        visit(pair.key)
        visit(pair.value)
      }
    }
  }
  visit(document.contents)
  return anchors
}

function convert(reader: Reader, node: ParsedNode, depth: number): Node {
  const origin = originOf(reader.text, node)
  if (depth > limits.depth) {
    throw fail(`Nested more than ${limits.depth} levels deep`, origin)
  }
  reader.nodes += 1
  if (reader.nodes > limits.nodes) {
    throw fail(`More than ${limits.nodes} values, counting those that aliases repeat`, origin)
  }
  if (isAlias(node)) return convert(reader, aliased(reader, node.source, origin), depth + 1)
  if (isScalar(node) && node.tag === '!secret') return secretOf(node, origin)
  if (isScalar(node)) return scalarNode(scalarOf(node, origin), origin)
  const mark = markOf(node)
  if (node.tag !== undefined && mark === undefined && !collectionTags.has(node.tag)) {
    throw fail(`Cannot read this value under the tag ${node.tag}`, origin)
  }
  if (reader.open.has(node)) throw fail('An alias stands inside the value it refers to', origin)
  reader.open.add(node)
  const result = isSeq(node)
    ? listNode(
        origin,
        node.items.map((item) => convert(reader, item, depth + 1)),
      )
    : mapOf(reader, node.items, origin, depth)
  reader.open.delete(node)
  result.mark = mark
  return result
}

/** The tags that say how a list or mapping joins the earlier layers: unknown tags, so errors, in Hydra. */
const marks: readonly MergeMark[] = ['append', 'prepend', 'remove', 'replace']

function markOf(node: YamlMap.Parsed | YamlSeq.Parsed): MergeMark | undefined {
  const mark = marks.find((name) => node.tag === `!${name}`)
  return mark === 'replace' || isSeq(node) ? mark : undefined
}

const collectionTags = new Set(['!', 'tag:yaml.org,2002:map', 'tag:yaml.org,2002:seq'])

function aliased(reader: Reader, name: string, origin: Origin): ParsedNode {
  const target = lastBefore(reader.anchors.get(name) ?? [], origin.start)
  if (target === undefined) throw fail(`No anchor '&${name}' stands before this alias`, origin)
  return target
}

/** The last of some nodes, which are in order, that begins before an offset. */
function lastBefore(nodes: readonly ParsedNode[], offset: number): ParsedNode | undefined {
  let [low, high] = [0, nodes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((nodes[middle]?.range[0] ?? offset) < offset) low = middle + 1
    else high = middle
  }
  return nodes[low - 1]
}

type Pairs = readonly Pair<ParsedNode, ParsedNode | null>[]

function mapOf(reader: Reader, pairs: Pairs, origin: Origin, depth: number): MapNode {
  const map = mapNode(origin)
  const own = pairs.filter((pair) => !isMergeKey(pair))
  for (const pair of pairs.filter(isMergeKey)) mergeInto(map, reader, pair, depth)
  const seen = new Set<string>()
  for (const pair of own) {
    const keyOrigin = originOf(reader.text, pair.key)
    const key = keyOf(reader, pair.key, keyOrigin)
    if (typeof key === 'string') {
      if (seen.has(key)) throw fail(`The key '${key}' is there twice`, keyOrigin)
      seen.add(key)
    }
    const value =
      pair.value === null ? scalarNode(null, keyOrigin) : convert(reader, pair.value, depth + 1)
    setChild(map, key, value, keyOrigin)
    value.replaced = undefined
  }
  return map
}

function isMergeKey(pair: Pair<ParsedNode, ParsedNode | null>): boolean {
  const { key } = pair
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && key.tag === undefined
}

function mergeInto(
  map: MapNode,
  reader: Reader,
  pair: Pair<ParsedNode, ParsedNode | null>,
  depth: number,
): void {
  const value = pair.value === null ? undefined : convert(reader, pair.value, depth + 1)
  const sources = value?.kind === 'list' ? [...value.items].reverse() : [value]
  for (const source of sources) {
    if (source?.kind !== 'map') {
      throw fail('`<<` takes a mapping or a list of mappings', originOf(reader.text, pair.key))
    }
    for (const entry of source.entries.values()) {
      setChild(map, entry.key, entry.node, entry.origin)
      entry.node.replaced = undefined
    }
  }
}

function keyOf(reader: Reader, node: ParsedNode, origin: Origin): Key {
  const target = isAlias(node) ? aliased(reader, node.source, origin) : node
  if (!isScalar(target)) throw fail('A key must be a single value', origin)
  // As a key, a lone = has no meaning of its own.
  const key = target.type === 'PLAIN' && target.source === '=' ? '=' : scalarOf(target, origin)
  if (key === null || key instanceof Uint8Array) {
    throw configError('composition', 'A key must not be null', { origin, code: 'config_syntax' })
  }
  return key
}

function scalarOf(node: YamlScalar, origin: Origin): Scalar {
  const source = node.source ?? ''
  const tag = explicitTag(node) ?? (node.type === 'PLAIN' ? plainTag(source) : 'str')
  const value = readScalar(
    tag,
    tag === 'str' && typeof node.value === 'string' ? node.value : source,
  )
  if (value === undefined)
    throw fail(`Cannot read this value under the tag ${node.tag ?? tag}`, origin)
  return value
}

/** `!secret NAME`: a text that refers to the environment and is final, so that nothing resolves it. */
function secretOf(node: YamlScalar, origin: Origin): Node {
  const name = typeof node.value === 'string' ? node.value.trim() : ''
  if (isSecretName(name)) return scalarNode(secretReference(name), origin, true)
  throw fail('A secret names an environment variable: !secret NAME', origin)
}

function explicitTag(node: YamlScalar): string | undefined {
  if (node.tag === undefined || node.tag === '!') return undefined
  const prefix = 'tag:yaml.org,2002:'
  return node.tag.startsWith(prefix) ? node.tag.slice(prefix.length) : node.tag
}

function originOf(text: Text, node: ParsedNode): Origin {
  return { text, start: node.range[0], end: node.range[1] }
}

function plainMessage(message: string): string {
  const [first = message] = message.split('\n')
  // The parser reports its own stack overflow as a syntax error.
  if (first.includes('call stack')) return 'Not valid YAML: it is nested too deeply'
  return `Not valid YAML: ${first.replace(/:$/, '')}`
}

function fail(message: string, origin: Origin): Error {
  return configError('yaml', message, { origin })
}

function failure(text: Text, message: string, start: number, end: number): Error {
  return fail(message, { text, start, end })
}
