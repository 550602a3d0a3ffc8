import { AppError } from '../../core/errors.js'
import { type ConfigError, configError } from '../config-error.js'
import type { Origin, Text } from '../tree.js'
import { unescape } from '../terminals.js'
import { floatOf, integerOf, keyIdentity } from '../values.js'
import { callFunction } from './functions.js'
import { type Token, type TokenType, tokenize } from './lexer.js'
import type { Override, OverrideType } from './override.js'
import {
  type Dictionary,
  type Element,
  type ListExtension,
  type Primitive,
  isQuoted,
  isSweep,
} from './values.js'

/** Parses one override of Hydra's grammar; a syntax error points at the offending character. */
export function parseOverride(
  input: string,
  text: Text = { ...commandLine, text: input },
  start = 0,
): Override {
  const tokens = tokenize(input)
  if (!Array.isArray(tokens)) {
    const place = tokens.invalid
    throw syntaxError(text, start + place, start + place + 1, unexpected(input, place))
  }
  return parseTokens({ input, text, start, tokens, at: 0, depth: 0 })
}

/** Parses several overrides as they were typed, so that errors point into the whole line. */
export function parseOverrides(
  words: readonly string[],
  from: Omit<Text, 'text'> = commandLine,
): Override[] {
  const text = { ...from, text: words.join(' ') }
  let start = 0
  return words.map((word) => {
    const override = parseOverride(word, text, start)
    start += word.length + 1
    return override
  })
}

interface Parser {
  readonly input: string
  readonly text: Text
  /** Offset of the override in `text`. */
  readonly start: number
  readonly tokens: readonly Token[]
  at: number
  depth: number
}

const deepest = 200

const commandLine = { file: '<command line>', layer: 'command line' }

function parseTokens(parser: Parser): Override {
  const type = parsePrefix(parser)
  const keyStart = peek(parser)?.start ?? parser.input.length
  const key = parseKey(parser)
  const target = accept(parser, 'at') === undefined ? undefined : parsePath(parser)
  const keyOrigin = range(parser, keyStart, peek(parser)?.start ?? parser.input.length)
  const equal = accept(parser, 'equal')
  if (equal === undefined && (type !== 'delete' || peek(parser) !== undefined)) {
    throw expected(parser, "'=' and a value")
  }
  const value = equal === undefined ? undefined : parseValue(parser)
  if (peek(parser) !== undefined) throw expected(parser, 'the end')
  return {
    type: isExtension(value) ? 'extend-list' : type,
    key,
    package: target,
    value: isExtension(value) ? value.values : value,
    input: parser.input,
    origin: range(parser, 0, parser.input.length),
    keyOrigin,
    valueOrigin: range(parser, equal?.end ?? keyStart, parser.input.length),
  }
}

function isExtension(value: Element | undefined): value is ListExtension {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'extend-list'
  )
}

function parsePrefix(parser: Parser): OverrideType {
  if (accept(parser, 'tilde') !== undefined) return 'delete'
  if (accept(parser, 'plus') === undefined) return 'change'
  return accept(parser, 'plus') === undefined ? 'add' : 'force-add'
}

function parseKey(parser: Parser): string {
  if (peek(parser)?.type !== 'word' || peek(parser, 1)?.type !== 'slash') return parsePath(parser)
  const parts = [take(parser).text]
  while (accept(parser, 'slash') !== undefined) {
    const part = accept(parser, 'word')
    if (part === undefined) throw expected(parser, 'a group name')
    parts.push(part.text)
  }
  return parts.join('/')
}

function parsePath(parser: Parser): string {
  const token = accept(parser, 'word') ?? accept(parser, 'key') ?? accept(parser, 'path')
  return token?.text ?? ''
}

function parseValue(parser: Parser): Element {
  if (peek(parser) === undefined) return ''
  const list = [parseElement(parser)]
  while (accept(parser, 'comma') !== undefined) list.push(parseElement(parser))
  const [only] = list
  if (list.length === 1 && only !== undefined) return only
  return { kind: 'choice', simple: true, list, shuffle: false, tags: [] }
}

function parseElement(parser: Parser): Element {
  const token = peek(parser)
  if (parser.depth > deepest) throw expected(parser, 'less nesting')
  parser.depth += 1
  const element =
    token?.type === 'bracket'
      ? parseList(parser)
      : token?.type === 'brace'
        ? parseDictionary(parser)
        : token?.type === 'word' && peek(parser, 1)?.type === 'parenthesis'
          ? parseCall(parser)
          : parsePrimitive(parser)
  parser.depth -= 1
  return element
}

function parseList(parser: Parser): Element[] {
  take(parser)
  return parseItems(parser, 'close-bracket', () => parseElement(parser))
}

function parseDictionary(parser: Parser): Dictionary {
  take(parser)
  const pairs = parseItems(parser, 'close-brace', () => {
    const key = parseText(parser, keyTokens, 'a key')
    if (accept(parser, 'colon') === undefined) throw expected(parser, "':'")
    return [key, parseElement(parser)] as const
  })
  const entries = new Map<unknown, readonly [Primitive, Element]>()
  for (const [key, value] of pairs) {
    const identity = key === null || isQuoted(key) ? key : keyIdentity(key)
    entries.set(identity, [entries.get(identity)?.[0] ?? key, value])
  }
  return { kind: 'dictionary', entries: [...entries.values()] }
}

function parseCall(parser: Parser): Element {
  const name = take(parser)
  take(parser)
  const positional: Element[] = []
  const named = new Map<string, Element>()
  parseItems(parser, 'close-parenthesis', () => {
    if (peek(parser)?.type === 'word' && peek(parser, 1)?.type === 'equal') {
      const argument = take(parser).text
      take(parser)
      named.set(argument, unquote(parseElement(parser)))
    } else if (named.size > 0) {
      throw expected(parser, 'a named argument, because one stands before')
    } else {
      positional.push(unquote(parseElement(parser)))
    }
  })
  try {
    return callFunction(name.text, positional, named)
  } catch (error) {
    if (!(error instanceof AppError) || error.location !== undefined) throw error
    const end = parser.tokens[parser.at - 1]?.end ?? parser.input.length
    const message = `Cannot read the override '${parser.input}': ${name.text}(): ${error.message}`
    throw syntaxError(parser.text, parser.start + name.start, parser.start + end, message)
  }
}

function parseItems<T>(parser: Parser, close: TokenType, parseItem: () => T): T[] {
  const items: T[] = []
  if (accept(parser, close) !== undefined) return items
  do items.push(parseItem())
  while (accept(parser, 'comma') !== undefined)
  if (accept(parser, close) === undefined) throw expected(parser, "',' or the closing mark")
  return items
}

const keyTokens: ReadonlySet<TokenType> = new Set([
  'word',
  'null',
  'integer',
  'float',
  'boolean',
  'character',
  'escape',
  'space',
])
const primitiveTokens: ReadonlySet<TokenType> = new Set([...keyTokens, 'interpolation', 'colon'])

function parsePrimitive(parser: Parser): Primitive {
  const quoted = accept(parser, 'quoted')
  return quoted === undefined
    ? parseText(parser, primitiveTokens, 'a value')
    : unquoted(quoted.text)
}

function parseText(
  parser: Parser,
  allowed: ReadonlySet<TokenType>,
  what: string,
): null | boolean | bigint | number | string {
  const tokens: Token[] = []
  for (let next = peek(parser); next !== undefined && allowed.has(next.type); next = peek(parser)) {
    tokens.push(take(parser))
  }
  if (tokens[0]?.type === 'space') tokens.shift()
  if (tokens.at(-1)?.type === 'space') tokens.pop()
  const [first] = tokens
  if (first === undefined) throw expected(parser, what)
  return tokens.length === 1 ? typedValue(first) : tokens.map(literal).join('')
}

function typedValue(token: Token): null | boolean | bigint | number | string {
  const { type, text } = token
  if (type === 'integer') return integerOf(text) ?? text
  if (type === 'float') return floatOf(text) ?? text
  if (type === 'boolean') return text.toLowerCase() === 'true'
  if (type === 'null') return null
  return literal(token)
}

function literal({ type, text }: Token): string {
  return type === 'escape' ? unescape(text) : text
}

/** Takes the quotes off: only a run of backslashes right before a quote is unescaped. */
function unquoted(text: string): Primitive {
  const quote = text.startsWith("'") ? "'" : '"'
  const runs = quote === "'" ? /(\\+)(?='|$)/g : /(\\+)(?="|$)/g
  const inner = text.slice(1, -1)
  const plain = inner.replace(runs, (slashes: string) => slashes.slice(0, slashes.length >> 1))
  return { kind: 'quoted', text: plain, quote }
}

function unquote(element: Element): Element {
  return !isSweep(element) && isQuoted(element) ? element.text : element
}

function peek(parser: Parser, ahead = 0): Token | undefined {
  return parser.tokens[parser.at + ahead]
}

function take(parser: Parser): Token {
  const token = parser.tokens[parser.at]
  if (token === undefined) throw new Error('took a token past the end')
  parser.at += 1
  return token
}

function accept(parser: Parser, type: TokenType): Token | undefined {
  return peek(parser)?.type === type ? take(parser) : undefined
}

function range(parser: Parser, start: number, end: number): Origin {
  return { text: parser.text, start: parser.start + start, end: parser.start + end }
}

function expected(parser: Parser, what: string): ConfigError {
  const token = peek(parser)
  const start = token?.start ?? parser.input.length
  const end = token?.end ?? start + 1
  const found = token === undefined ? 'the text ends' : `found '${token.text.trim() || token.text}'`
  return syntaxError(
    parser.text,
    parser.start + start,
    parser.start + end,
    `Cannot read the override '${parser.input}': expected ${what}, but ${found}`,
  )
}

function unexpected(input: string, place: number): string {
  const character = String.fromCodePoint(input.codePointAt(place) ?? 0)
  return `Cannot read the override '${input}': '${character}' is not allowed here`
}

function syntaxError(text: Text, start: number, end: number, message: string): ConfigError {
  return configError('parse', message, {
    origin: { text, start, end },
    hint: 'An override is key=value, +key=value, ++key=value or ~key; quote a value with special characters.',
  })
}
