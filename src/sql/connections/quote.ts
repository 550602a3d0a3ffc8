import { AppError } from '../../core/errors.js'
import type { DialectName } from '../databases.js'

/** A name as an identifier of a database, whatever characters it has. */
export function quoteName(dialect: DialectName, name: string): string {
  return dialect === 'mysql'
    ? `\`${name.replaceAll('`', '``')}\``
    : `"${name.replaceAll('"', '""')}"`
}

/**
 * Writes the values of `$1`, `$2` … into a statement of PostgreSQL, for commands that take no parameters (COPY). Needs
 * `standard_conforming_strings`; what stands in quotes is left alone. Throws where a value holds a zero byte.
 */
export function inlineParameters(sql: string, parameters: readonly unknown[]): string {
  return sql.replace(
    /"(?:[^"]|"")*"|'(?:[^']|'')*'|\$(\d+)/g,
    (token, place: string | undefined) =>
      place === undefined ? token : literal(parameters[Number(place) - 1]),
  )
}

/** Writes the values of `?` into a statement of MySQL; what stands in quotes is left alone, which its driver does not do. */
export function fillPlaceholders(
  sql: string,
  values: readonly unknown[],
  escape: (value: unknown) => string,
): string {
  let place = 0
  return sql.replace(/`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*"|\?/gs, (token) =>
    token === '?' ? escape(values[place++]) : token,
  )
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value !== 'string') return (value as number | bigint | boolean).toString()
  if (value.includes('\0')) {
    throw new AppError('config_invalid', 'PostgreSQL knows no text with a zero byte')
  }
  return `'${value.replaceAll("'", "''")}'`
}
