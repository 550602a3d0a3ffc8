import { distance } from 'fastest-levenshtein'
import { AppError, type ErrorCode } from './errors.js'

/** The names closest to a mistyped one, best first; none when nothing is near enough to be meant. */
export function nearest(name: string, candidates: Iterable<string>, count = 3): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3))
  return [...candidates]
    .map((candidate) => ({ candidate, gap: gapBetween(name, candidate) }))
    .filter(({ gap }) => gap <= limit)
    .sort((a, b) => a.gap - b.gap || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

/** Looks a variant up in its table, or throws with the nearest names. */
export function lookUp<T>(
  table: Readonly<Record<string, T>>,
  name: string,
  what: string,
  code: ErrorCode = 'config_unknown_option',
): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined
  if (found !== undefined) return found
  const names = Object.keys(table)
  throw new AppError(code, `Unknown ${what} '${name}'`, {
    suggestions: nearest(name, names),
    hint: `Available: ${names.join(', ')}.`,
  })
}

function gapBetween(name: string, candidate: string): number {
  const [a, b] = [name.toLowerCase(), candidate.toLowerCase()]
  if (a.length > 2 && (b.startsWith(a) || a.startsWith(b))) return 1
  return distance(a, b)
}
