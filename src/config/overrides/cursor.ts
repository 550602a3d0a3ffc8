import { type ConfigError, configError } from '../config-error.js'
import type { Origin, Text } from '../tree.js'
import type { Token, TokenType } from './lexer.js'

/** A parser's place among the tokens of one override. */
export interface Parser {
  readonly input: string
  readonly text: Text
  /** Offset of the override in `text`. */
  readonly start: number
  readonly tokens: readonly Token[]
  at: number
  depth: number
}

/** The next token, or one further ahead. */
export function peek(parser: Parser, ahead = 0): Token | undefined {
  return parser.tokens[parser.at + ahead]
}

/** The next token, which must be there. */
export function take(parser: Parser): Token {
  const token = parser.tokens[parser.at]
  if (token === undefined) throw new Error('took a token past the end')
  parser.at += 1
  return token
}

/** The next token if it is of that type. */
export function accept(parser: Parser, type: TokenType): Token | undefined {
  return peek(parser)?.type === type ? take(parser) : undefined
}

/** The place of a part of the override. */
export function range(parser: Parser, start: number, end: number): Origin {
  return { text: parser.text, start: parser.start + start, end: parser.start + end }
}

/** The error of a token that does not fit. */
export function expected(parser: Parser, what: string): ConfigError {
  const token = peek(parser)
  const start = token?.start ?? parser.input.length
  const end = token?.end ?? start + 1
  const found = token === undefined ? 'the text ends' : `found '${token.text.trim() || token.text}'`
  return syntaxError(
    parser.text,
    parser.start + start,
    parser.start + end,
    `Cannot read the override '${shortened(parser.input)}': expected ${what}, but ${found}`,
  )
}

/** The text of the error of a character that begins no token. */
export function unexpected(input: string, place: number): string {
  const character = String.fromCodePoint(input.codePointAt(place) ?? 0)
  return `Cannot read the override '${shortened(input)}': '${character}' is not allowed here`
}

/** A `parse` error at a range of the typed text. */
export function syntaxError(text: Text, start: number, end: number, message: string): ConfigError {
  return configError('parse', message, {
    origin: { text, start, end },
    hint: 'An override is key=value, +key=value, ++key=value or ~key; quote a value with special characters.',
  })
}

/** A typed text as messages show it. */
export function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
