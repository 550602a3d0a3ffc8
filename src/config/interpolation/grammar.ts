import { type ConfigError, configError } from '../config-error.js'
import { type Terminals, longestTerminal, patterns, terminals, unescape } from '../terminals.js'
import { type Scalar, floatOf, integerOf } from '../values.js'

/** `${a.b}`: a path from the root, or from a container around the value after leading dots. */
export interface Reference {
  readonly kind: 'reference'
  readonly dots: number
  readonly segments: readonly Segment[]
}

/** `${name:arguments}`: a call of a resolver. */
export interface Call {
  readonly kind: 'call'
  readonly name: readonly Segment[]
  readonly arguments: readonly Element[]
}

export type Interpolation = Reference | Call
export type Segment = string | Interpolation
/** Literal text and interpolations in order. */
export type Part = string | Interpolation

/** An argument of a resolver. */
export type Element =
  | { readonly kind: 'scalar'; readonly value: Scalar }
  | { readonly kind: 'text'; readonly parts: readonly Part[] }
  | { readonly kind: 'quoted'; readonly parts: readonly Part[] }
  | { readonly kind: 'list'; readonly items: readonly Element[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Scalar, Element])[] }

/** Parses a text with interpolations; a wrong one is an `interpolation-syntax` error without a place. */
export function parseInterpolations(text: string): Part[] {
  const cursor = { text, at: 0, depth: 0 }
  return parseParts(cursor, undefined)
}

/** Parses a text as one argument of a resolver, as `oc.decode` reads it. */
export function parseElementText(text: string): Element {
  const cursor = { text, at: 0, depth: 0 }
  const element = parseElement(cursor)
  if (cursor.at < text.length) throw unexpected(cursor, 'the end')
  return element
}

interface Cursor {
  readonly text: string
  at: number
  depth: number
}

const deepest = 100

/** Text up to the end or the closing quote; backslashes count only before `${` and that quote. */
function parseParts(cursor: Cursor, quote: "'" | '"' | undefined): Part[] {
  const parts: Part[] = []
  const literal = (text: string): void => {
    const last = parts.at(-1)
    if (typeof last === 'string') parts[parts.length - 1] = last + text
    else if (text !== '') parts.push(text)
  }
  const ordinary = quote === "'" ? /[^\\$']+/y : quote === '"' ? /[^\\$"]+/y : /[^\\$]+/y
  for (;;) {
    literal(match(cursor, ordinary))
    const slashes = match(cursor, /\\+/y)
    const opens = cursor.text.startsWith('${', cursor.at)
    const closes = quote !== undefined && cursor.text[cursor.at] === quote
    const escaped = (opens || closes) && slashes.length % 2 === 1
    literal(opens || closes ? slashes.slice(0, slashes.length >> 1) : slashes)
    if (escaped) {
      literal(opens ? '${' : (quote ?? ''))
      cursor.at += opens ? 2 : 1
    } else if (opens) {
      parts.push(parseInterpolation(cursor))
    } else if (closes) {
      cursor.at += 1
      return parts
    } else if (cursor.at >= cursor.text.length) {
      if (quote === undefined) return parts
      throw unexpected(cursor, 'a closing quote')
    } else if (slashes === '') {
      literal(match(cursor, /\$/y))
    }
  }
}

function parseInterpolation(cursor: Cursor): Interpolation {
  cursor.depth += 1
  if (cursor.depth > deepest) throw unexpected(cursor, 'less nesting')
  match(cursor, /\$\{[ \t]*/y)
  const dots = match(cursor, /\.*/y).length
  const segments: Segment[] = [parseKey(cursor)]
  let named = dots === 0 && isName(segments[0])
  for (;;) {
    if (match(cursor, /[ \t]*\}/y) !== '') {
      cursor.depth -= 1
      return { kind: 'reference', dots, segments }
    }
    if (named && match(cursor, /[ \t]*:[ \t]*/y) !== '') {
      const call = {
        kind: 'call',
        name: segments,
        arguments: parseSequence(cursor, /[ \t]*\}/y),
      } as const
      cursor.depth -= 1
      return call
    }
    const bracket = cursor.text[cursor.at] === '['
    if (!bracket && match(cursor, /\./y) === '') throw unexpected(cursor, "'}'")
    const segment = parseKey(cursor)
    named &&= !bracket && isName(segment)
    segments.push(segment)
  }
}

function isName(segment: Segment | undefined): boolean {
  return typeof segment !== 'string' || /^[A-Za-z_][A-Za-z0-9_]*$/.test(segment)
}

function parseKey(cursor: Cursor): Segment {
  const bracket = match(cursor, /\[/y) !== ''
  const segment = cursor.text.startsWith('${', cursor.at)
    ? parseInterpolation(cursor)
    : match(cursor, /[^\\{}()[\]:. \t'"]+/y)
  if (segment === '') throw unexpected(cursor, 'a key')
  if (bracket && match(cursor, /\]/y) === '') throw unexpected(cursor, "']'")
  return segment
}

/** Elements between commas up to the closing mark; nothing between two commas is an empty text. */
function parseSequence(cursor: Cursor, close: RegExp): Element[] {
  if (match(cursor, close) !== '') return []
  const elements: Element[] = []
  for (;;) {
    const before = cursor.text[cursor.at]
    const empty = before === ',' || peek(cursor, close) || peek(cursor, comma)
    elements.push(empty ? { kind: 'text', parts: [] } : parseElement(cursor))
    if (match(cursor, close) !== '') return elements
    if (match(cursor, comma) === '') throw unexpected(cursor, "',' or the closing mark")
  }
}

const comma = /[ \t]*,[ \t]*/y

function parseElement(cursor: Cursor): Element {
  cursor.depth += 1
  if (cursor.depth > deepest) throw unexpected(cursor, 'less nesting')
  const element = elementAt(cursor)
  cursor.depth -= 1
  return element
}

function elementAt(cursor: Cursor): Element {
  const quote = match(cursor, /['"]/y)
  if (quote !== '') return { kind: 'quoted', parts: parseParts(cursor, quote as "'" | '"') }
  if (match(cursor, /\[[ \t]*/y) !== '') {
    return { kind: 'list', items: parseSequence(cursor, /[ \t]*\]/y) }
  }
  if (match(cursor, /\{[ \t]*/y) !== '') return { kind: 'map', entries: parseEntries(cursor) }
  return parsePrimitive(cursor, valueTerminals, true)
}

function parseEntries(cursor: Cursor): (readonly [Scalar, Element])[] {
  const entries: (readonly [Scalar, Element])[] = []
  if (match(cursor, /[ \t]*\}/y) !== '') return entries
  do {
    const key = parsePrimitive(cursor, keyTerminals, false)
    if (match(cursor, /[ \t]*:[ \t]*/y) === '') throw unexpected(cursor, "':'")
    entries.push([key.kind === 'scalar' ? key.value : textOf(key.parts), parseElement(cursor)])
  } while (match(cursor, comma) !== '')
  if (match(cursor, /[ \t]*\}/y) === '') throw unexpected(cursor, "'}'")
  return entries
}

const keyTerminals = terminals({
  end: '[ \\t]*[,}\\]:]',
  float: patterns.float,
  integer: patterns.integer,
  boolean: patterns.boolean,
  null: patterns.null,
  character: patterns.character,
  word: patterns.word,
  escape: patterns.escape,
  space: patterns.space,
})
const valueTerminals: Terminals<(typeof keyTerminals)[number][0] | 'colon'> = [
  ['colon', /[ \t]*:[ \t]*/y],
  ...keyTerminals,
]

function parsePrimitive(
  cursor: Cursor,
  table: typeof valueTerminals,
  interpolations: boolean,
): Element & { kind: 'scalar' | 'text' } {
  const parts: Part[] = []
  let single: Scalar | undefined
  for (;;) {
    if (cursor.text.startsWith('${', cursor.at)) {
      if (!interpolations) throw unexpected(cursor, 'a plain key')
      parts.push(parseInterpolation(cursor))
      continue
    }
    const token = longestTerminal(table, cursor.text, cursor.at)
    if (token === undefined || token.type === 'end') break
    cursor.at = token.end
    single = typedValue(token.type, token.text)
    parts.push(token.type === 'escape' ? unescape(token.text) : token.text)
  }
  if (parts.length === 0) throw unexpected(cursor, 'a value')
  if (parts.length === 1 && single !== undefined) return { kind: 'scalar', value: single }
  return { kind: 'text', parts }
}

function textOf(parts: readonly Part[]): string {
  return parts.filter((part) => typeof part === 'string').join('')
}

function typedValue(type: string, text: string): Scalar | undefined {
  if (type === 'integer') return integerOf(text)
  if (type === 'float') return floatOf(text)
  if (type === 'boolean') return text.toLowerCase() === 'true'
  return type === 'null' ? null : undefined
}

function peek(cursor: Cursor, pattern: RegExp): boolean {
  pattern.lastIndex = cursor.at
  return pattern.test(cursor.text)
}

function match(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)
  if (found === null) return ''
  cursor.at = pattern.lastIndex
  return found[0]
}

function unexpected(cursor: Cursor, what: string): ConfigError {
  const found = cursor.text.slice(cursor.at, cursor.at + 1)
  const but = found === '' ? 'the text ends' : `found '${found}'`
  return configError('interpolation-syntax', `expected ${what}, but ${but}`)
}
