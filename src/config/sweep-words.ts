import { configError } from './config-error.js'
import { type Override, choiceKey } from './overrides/override.js'
import { parseOverride } from './overrides/parser.js'
import { type Element, elementText, isQuoted, isSweep } from './overrides/values.js'
import type { Origin, Text } from './tree.js'

/** `key=value` or `key=a,b`: a job's word for the key has one of these values. */
export interface Condition {
  /** The key with its package, without a sign. */
  readonly key: string
  readonly values: readonly string[]
  readonly origin: Origin
}

/** An override of a sweep, and the conditions it is there under: `key=values when other=value`. */
export interface ConditionalOverride {
  readonly override: Override
  readonly when: readonly Condition[]
}

/** A sub-grid: `grid(a=1,2; b=3)`. */
export interface SubGrid {
  readonly grid: readonly ConditionalOverride[]
  readonly origin: Origin
}

/** The words of a sweep, read. */
export interface SweepWords {
  readonly items: readonly (ConditionalOverride | SubGrid)[]
  /** Conditions that must not all hold in one job: `forbid(a=1; b=3)`. */
  readonly forbidden: readonly (readonly Condition[])[]
}

/**
 * Reads the words of a sweep: Hydra's overrides, and three forms that are errors in Hydra, `key=values when condition`,
 * `grid(...)` and `forbid(...)`.
 */
export function readSweepWords(words: readonly string[], from = commandLine): SweepWords {
  const text = { ...from, text: words.join(' ') }
  const items: (ConditionalOverride | SubGrid)[] = []
  const forbidden: (readonly Condition[])[] = []
  let start = 0
  for (const word of words) {
    const piece = { text, start, word }
    const grid = argumentsOf(piece, 'grid')
    const rule = argumentsOf(piece, 'forbid')
    if (grid !== undefined) items.push({ grid: grid.map(readConditional), origin: rangeOf(piece) })
    else if (rule !== undefined) forbidden.push(rule.map(readCondition))
    else items.push(readConditional(piece))
    start += word.length + 1
  }
  return { items, forbidden }
}

/** The value of an override as conditions compare it: without quotes, numbers by value. */
export function comparedText(value: Element): string {
  if (isQuoted(value)) return value.text
  if (typeof value === 'bigint' || typeof value === 'number') return String(Number(value))
  return isSweep(value) ? '' : elementText(value)
}

const commandLine: Omit<Text, 'text'> = { file: '<command line>', layer: 'command line' }

/** A part of the typed words. */
interface Piece {
  readonly text: Text
  readonly start: number
  readonly word: string
}

function rangeOf({ text, start, word }: Piece): Origin {
  return { text, start, end: start + word.length }
}

/** The parts between the semicolons of `name(...)`; undefined for another form. */
function argumentsOf(piece: Piece, name: string): Piece[] | undefined {
  const { word } = piece
  if (!word.startsWith(`${name}(`)) return undefined
  if (!word.endsWith(')')) throw wrong(piece, `${name}( lacks its closing parenthesis`)
  const inner = cut(piece, name.length + 1, word.length - 1)
  const parts = splitAt(inner, ';')
  if (parts.some((part) => part.word === '')) {
    throw wrong(piece, `${name}(...) has an empty part; semicolons stand between overrides`)
  }
  return parts
}

function readConditional(piece: Piece): ConditionalOverride {
  const open = opened(piece.word)
  const at = open.indexOf(' when ')
  // Without an equal sign behind it, `when` is part of a text, as in Hydra.
  if (at === -1 || !open.includes('=', at)) return { override: readOverride(piece), when: [] }
  const conditions = splitAt(cut(piece, at + ' when '.length, piece.word.length), ';')
  return {
    override: readOverride(cut(piece, 0, at)),
    when: conditions.map(readCondition),
  }
}

function readCondition(piece: Piece): Condition {
  const override = readOverride(piece)
  const { value, type } = override
  if (type !== 'change' || value === undefined) throw wrong(piece, 'A condition is key=value')
  if (isSweep(value) && value.kind !== 'choice') {
    throw wrong(piece, 'A condition lists its values: key=a,b')
  }
  const values = (isSweep(value) ? value.list : [value]).map(comparedText)
  return { key: choiceKey(override), values, origin: rangeOf(piece) }
}

function readOverride({ word, text, start }: Piece): Override {
  return parseOverride(word, text, start)
}

function splitAt(piece: Piece, mark: string): Piece[] {
  const open = opened(piece.word)
  const parts: Piece[] = []
  let from = 0
  for (let to = open.indexOf(mark); to !== -1; to = open.indexOf(mark, from)) {
    parts.push(cut(piece, from, to))
    from = to + mark.length
  }
  return [...parts, cut(piece, from, piece.word.length)]
}

/** The part between two offsets without the spaces around it. */
function cut({ text, start, word }: Piece, from: number, to: number): Piece {
  const part = word.slice(from, to)
  const lead = part.length - part.trimStart().length
  return { text, start: start + from + lead, word: part.trim() }
}

/** The text with everything quoted, escaped or between brackets blotted out, each character by one. */
function opened(word: string): string {
  let depth = 0
  return word.replace(
    /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"|\\[^]|[([{]|[)\]}]|[^]/g,
    (part: string) => {
      if (/^[([{]$/.test(part)) depth += 1
      const visible = depth === 0 && part.length === 1
      if (/^[)\]}]$/.test(part)) depth = Math.max(0, depth - 1)
      return visible ? part : '\0'.repeat(part.length)
    },
  )
}

function wrong(piece: Piece, message: string): Error {
  return configError('parse', message, {
    origin: rangeOf(piece),
    hint: "For example: 'grid(model=mlp; seed=1,2)', 'forbid(model=cnn; optimizer=sgd)', 'lr=1,2 when model=cnn'.",
  })
}
