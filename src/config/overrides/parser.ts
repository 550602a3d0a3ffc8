import type { Text } from '../tree.js'
import {
  type Parser,
  accept,
  expected,
  peek,
  range,
  shortened,
  syntaxError,
  take,
  unexpected,
} from './cursor.js'
import { parseElement } from './elements.js'
import { tokenize } from './lexer.js'
import type { Override, OverrideType } from './override.js'
import type { Element, ListExtension } from './values.js'

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
  if (isExtension(value) && type !== 'change') {
    const message = `Cannot read the override '${shortened(parser.input)}': extend_list() takes no sign before the key`
    throw syntaxError(parser.text, parser.start, parser.start + keyStart, message)
  }
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
