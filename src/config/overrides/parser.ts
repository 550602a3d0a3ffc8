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
import {
  type Element,
  type ListExtension,
  isEdit,
  isList,
  isReplacement,
  isStorable,
  isSweep,
} from './values.js'

/** Parses one override of Hydra's grammar; a syntax error points at the offending character. */
export function parseOverride(
  input: string,
  text: Text = { ...commandLine, text: input },
  start = 0,
): Override {
  if (input.length > longest) {
    const message = `An override has at most ${longest} characters, this has ${input.length}`
    throw syntaxError(text, start, start + 1, message)
  }
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

const longest = 1_000_000

const commandLine = { file: '<command line>', layer: 'command line' }

function parseTokens(parser: Parser): Override {
  const type = parsePrefix(parser)
  const keyStart = peek(parser)?.start ?? parser.input.length
  const key = parseKey(parser)
  const target = accept(parser, 'at') === undefined ? undefined : parsePath(parser)
  const keyOrigin = range(parser, keyStart, peek(parser)?.start ?? parser.input.length)
  const operator = target === undefined && key !== '' ? acceptOperator(parser) : undefined
  const equal = accept(parser, 'equal')
  if (equal === undefined && (type !== 'delete' || peek(parser) !== undefined)) {
    throw expected(parser, "'=' and a value")
  }
  const written = equal === undefined ? undefined : parseValue(parser)
  const value = operator === undefined ? written : operated(parser, operator, written)
  if (peek(parser) !== undefined) throw expected(parser, 'the end')
  const change = changeOf(value)
  if (change !== undefined && type !== 'change') {
    const message = `Cannot read the override '${shortened(parser.input)}': ${change} takes no sign before the key`
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

/** `+` or `:` right before the equal sign; in Hydra's grammar nothing but the sign itself can follow a key. */
function acceptOperator(parser: Parser): 'append' | 'replace' | undefined {
  if (peek(parser, 1)?.type !== 'equal') return undefined
  if (accept(parser, 'plus') !== undefined) return 'append'
  return accept(parser, 'colon') === undefined ? undefined : 'replace'
}

/** `key+=x` means `key=append(x)`, with a list `key=append(<its items>)`; `key:=x` means `key=replace(x)`. */
function operated(parser: Parser, operator: 'append' | 'replace', value: Element = ''): Element {
  const one = (item: Element): Element => {
    if (!isStorable(item)) {
      const sign = operator === 'append' ? '+=' : ':='
      const message = `Cannot read the override '${shortened(parser.input)}': ${sign} takes values, not a function`
      throw syntaxError(parser.text, parser.start, parser.start + parser.input.length, message)
    }
    if (operator === 'replace') return { kind: 'replace', value: item }
    return { kind: 'edit', action: 'append', index: 0n, values: isList(item) ? item : [item] }
  }
  const swept = isSweep(value) && value.kind === 'choice'
  return swept ? { ...value, list: value.list.map(one) } : one(value)
}

/** The function of a value that changes what is there, which an added or deleted key cannot have. */
function changeOf(value: Element | undefined): string | undefined {
  if (value === undefined) return undefined
  if (isExtension(value)) return 'extend_list()'
  if (isEdit(value)) return `${value.action}()`
  if (isReplacement(value)) return 'replace()'
  return isSweep(value) && value.kind === 'choice'
    ? value.list.map(changeOf).find(Boolean)
    : undefined
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
