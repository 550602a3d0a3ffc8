import { AppError } from '../core/errors.js'

/** Numbers from 0 for what belongs together, in the order of the names. */
export function groupNumbers(names: readonly string[]): Int32Array {
  const numbers = new Map([...new Set(names)].sort().map((name, number) => [name, number]))
  return Int32Array.from(names, (name) => numbers.get(name) as number)
}

/**
 * The group that a path names: what the one pair of parentheses of `pattern` matches. `config_invalid` for another pattern,
 * `data_mismatch` for a path that it does not match.
 */
export function groupReader(pattern: string): (path: string) => string {
  const expression = compile(pattern)
  return (path) => {
    const found = expression.exec(path)?.[1]
    if (found !== undefined && found !== '') return found
    throw new AppError(
      'data_mismatch',
      `${path} names no group: it does not match data.group_pattern, ${pattern}`,
      {
        hint: 'The pattern must match the path of every training image, with `/` between directories.',
      },
    )
  }
}

function compile(pattern: string): RegExp {
  let expression: RegExp
  let parentheses: number
  try {
    expression = new RegExp(pattern, 'u')
    // The empty alternative always matches, and a match tells of every pair.
    parentheses = (new RegExp(`${pattern}|`, 'u').exec('') ?? ['']).length - 1
  } catch (error) {
    throw invalid(`is no regular expression: ${error instanceof Error ? error.message : pattern}`)
  }
  if (parentheses === 1) return expression
  throw invalid(`is '${pattern}', which has ${parentheses} pairs of parentheses instead of one`)
}

function invalid(what: string): AppError {
  return new AppError('config_invalid', `data.group_pattern ${what}`, {
    hint: String.raw`For example '^[^/]+/(patient\d+)_'; parentheses that name no group are written (?:...).`,
  })
}
