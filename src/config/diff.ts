import { isDeepStrictEqual } from 'node:util'

/** What differs between two configs, by dotted key path; lists are compared as wholes. */
export interface ConfigDiff {
  readonly changed: readonly {
    readonly key: string
    readonly from: unknown
    readonly to: unknown
  }[]
  readonly added: readonly { readonly key: string; readonly to: unknown }[]
  readonly removed: readonly { readonly key: string; readonly from: unknown }[]
}

/** Compares two configs of plain data, key by key. */
export function diffConfigs(from: unknown, to: unknown): ConfigDiff {
  const before = leavesOf(from)
  const after = leavesOf(to)
  const shared = [...before].filter(([key]) => after.has(key))
  return {
    changed: shared
      .filter(([key, value]) => !isDeepStrictEqual(value, after.get(key)))
      .map(([key, value]) => ({ key, from: value, to: after.get(key) })),
    added: [...after]
      .filter(([key]) => !before.has(key))
      .map(([key, value]) => ({ key, to: value })),
    removed: [...before]
      .filter(([key]) => !after.has(key))
      .map(([key, value]) => ({ key, from: value })),
  }
}

/** The plain values, lists and empty mappings of a config by their paths. */
function leavesOf(value: unknown, path: readonly string[] = []): Map<string, unknown> {
  const entries = entriesOf(value)
  if (entries === undefined || (entries.length === 0 && path.length > 0)) {
    return new Map([[path.join('.'), value]])
  }
  return new Map(entries.flatMap(([key, item]) => [...leavesOf(item, [...path, String(key)])]))
}

function entriesOf(value: unknown): [unknown, unknown][] | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  return value instanceof Map ? [...value.entries()] : Object.entries(value)
}

/** The words of a text as a shell would part them, but with the quotes and brackets of overrides left in their place. */
export function splitWords(text: string): string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\' && at + 1 < text.length) {
      word += character + text.charAt(++at)
      continue
    }
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if ('([{'.includes(character)) depth += 1
    else if (')]}'.includes(character)) depth -= 1
    const ends = /\s/.test(character) && quote === '' && depth <= 0
    if (!ends) word += character
    else if (word !== '') words.push(word)
    if (ends) word = ''
  }
  return word === '' ? words : [...words, word]
}
