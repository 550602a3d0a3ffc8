/** A schema, or any value inside one. */
type Keywords = Readonly<Record<string, unknown>>

const prefix = '#/$defs/'

/**
 * A schema with the definitions that its own parts share (`$defs`) written out at each place that refers to them. What
 * reads schemas then finds every key's description and default where the key is.
 */
export function withDefinitions<S extends Keywords>(schema: S): S {
  const { $defs = {}, ...rest } = schema
  return written(rest, $defs as Keywords) as S
}

function written(value: unknown, definitions: Keywords): unknown {
  if (Array.isArray(value)) return value.map((item) => written(item, definitions))
  if (value === null || typeof value !== 'object') return value
  const { $ref } = value as Keywords
  if (typeof $ref === 'string' && $ref.startsWith(prefix)) {
    return written(definitions[$ref.slice(prefix.length)], definitions)
  }
  return Object.fromEntries(
    Object.entries(value).map(([keyword, inner]) => [keyword, written(inner, definitions)]),
  )
}
