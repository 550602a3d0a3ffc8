import { AppError } from '../../core/errors.js'
import { unescape } from '../terminals.js'
import { floatOf, integerOf, keyIdentity } from '../values.js'
import { type Parser, accept, expected, peek, shortened, syntaxError, take } from './cursor.js'
import { callFunction, keepsQuotes } from './functions.js'
import type { Token, TokenType } from './lexer.js'
import { type Dictionary, type Element, type Primitive, isQuoted, isSweep } from './values.js'

const deepest = 200

/** One value: a primitive, list, dictionary or call. */
export function parseElement(parser: Parser): Element {
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
  const read = keepsQuotes(name.text) ? parseElement : parseArgument
  const positional: Element[] = []
  const named = new Map<string, Element>()
  parseItems(parser, 'close-parenthesis', () => {
    if (peek(parser)?.type === 'word' && peek(parser, 1)?.type === 'equal') {
      const argument = take(parser).text
      take(parser)
      named.set(argument, read(parser))
    } else if (named.size > 0) {
      throw expected(parser, 'a named argument, because one stands before')
    } else {
      positional.push(read(parser))
    }
  })
  try {
    return callFunction(name.text, positional, named)
  } catch (error) {
    if (!(error instanceof AppError) || error.location !== undefined) throw error
    const end = parser.tokens[parser.at - 1]?.end ?? parser.input.length
    const message = `Cannot read the override '${shortened(parser.input)}': ${name.text}(): ${error.message}`
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
  const inner = text.slice(1, -1)
  const plain = inner.replace(/(\\+)(['"]?)/g, (run, slashes: string, next: string, at: number) => {
    const counts = next === quote || at + slashes.length === inner.length
    return counts ? slashes.slice(0, slashes.length >> 1) + next : run
  })
  return { kind: 'quoted', text: plain, quote }
}

function parseArgument(parser: Parser): Element {
  const element = parseElement(parser)
  return !isSweep(element) && isQuoted(element) ? element.text : element
}
