import { positionAt } from './config-error.js'
import type { Override } from './overrides/override.js'
import type { Origin } from './tree.js'

/** Where a value was written, for people and programs. */
export interface Place {
  readonly kind: 'file' | 'override' | 'settings' | 'default'
  /** A file's path; `<command line>`, `settings overrides` or a schema otherwise. */
  readonly file: string
  /** From 1; null for a default. In a word, the column counts from the word's own start. */
  readonly line: number | null
  readonly column: number | null
  /** The config or layer, such as `model/cnn`. */
  readonly layer: string
  /** The number of the word, from 1, and the word itself, where it is one. */
  readonly override: { readonly number: number; readonly word: string } | null
}

/** The place of an origin; `overrides` are those that were applied, which give each word its number. */
export function placeOf(origin: Origin, overrides: readonly Override[]): Place {
  const { file, layer, text } = origin.text
  if (text === '') return { kind: 'default', file, line: null, column: null, layer, override: null }
  const words = overrides.filter((override) => override.origin.text === origin.text)
  const index = words.findLastIndex((word) => word.origin.start <= origin.start)
  const word = words[index]
  if (word === undefined) {
    return { kind: 'file', file, ...positionAt(text, origin.start), layer, override: null }
  }
  return {
    kind: layer === 'settings' ? 'settings' : 'override',
    file,
    line: 1,
    column: origin.start - word.origin.start + 1,
    layer,
    override: { number: index + 1, word: word.input },
  }
}

/** A place in a few words: `conf/model/big.yaml:3:8`, `override 2 (optimizer.lr=0.1), column 14`. */
export function placeText({ kind, file, line, column, override }: Place): string {
  if (override !== null) {
    const name = kind === 'settings' ? 'settings override' : 'override'
    return `${name} ${override.number} (${override.word}), column ${column}`
  }
  return kind === 'default' ? `default of ${file}` : `${file}:${line}:${column}`
}
