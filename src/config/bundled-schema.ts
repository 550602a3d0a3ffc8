import { type Schema, referredName } from './schema-files.js'

/**
 * One JSON Schema (draft 2020-12) with everything that it refers to under `$defs`. For composed configs it is as strict
 * as the program itself; for the files that people write, an editor's schema leaves out what other layers give: no key
 * is required, interpolations and `???` may stand for any value, and there may be a defaults list.
 */
export function bundleSchema(
  schemas: Readonly<Record<string, Schema>>,
  name: string,
  form: 'editor' | 'composed',
): Schema {
  const change = form === 'editor' ? partial : (schema: Schema): Schema => schema
  const definitions = Object.fromEntries(
    reachable(schemas, name).map((key) => [key, local(change(schemas[key] ?? {}), name)]),
  )
  const { [name]: own, ...others } = definitions
  const written = form === 'editor' ? withDefaults(own ?? {}) : own
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...written,
    ...(Object.keys(others).length > 0 && { $defs: others }),
  }
}

function reachable(schemas: Readonly<Record<string, Schema>>, name: string): string[] {
  const found = new Set([name])
  for (const key of found) for (const next of references(schemas[key])) found.add(next)
  return [...found]
}

function references(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return []
  const { $ref } = value as Schema
  const own = typeof $ref === 'string' ? [referredName({ $ref }) ?? ''] : []
  return [...own, ...Object.values(value).flatMap(references)]
}

/** References lead into `$defs`, or to the bundle itself; names of files have no meaning in a bundle. */
function local(value: unknown, own: string): Schema {
  return mapKeywords(value, (keyword, inner) => {
    if (keyword === '$schema' || keyword === '$id') return []
    if (keyword !== '$ref') return [[keyword, inner]]
    const name = referredName({ $ref: String(inner) })
    return [[keyword, name === own ? '#' : `#/$defs/${name}`]]
  }) as Schema
}

function mapKeywords(
  value: unknown,
  change: (keyword: string, inner: unknown) => [string, unknown][],
): unknown {
  if (Array.isArray(value)) return value.map((item) => mapKeywords(item, change))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([keyword, inner]) =>
      change(keyword, mapKeywords(inner, change)),
    ),
  )
}

/** What a file may say of a schema's value: a part of it, a reference, or that it is still to be given. */
function partial(schema: Schema): Schema {
  const { oneOf, anyOf, properties, items, ...rest } = without(schema, 'required')
  const alternatives = oneOf ?? anyOf
  return {
    ...rest,
    ...(alternatives !== undefined && { anyOf: alternatives.map(partial) }),
    ...(items !== undefined && { items: valueOf(items) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, valueOf(value)]),
      ),
    }),
  }
}

function without(schema: Schema, keyword: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword))
}

function valueOf(schema: Schema): Schema {
  const { description, default: standard, ...rest } = schema
  return {
    ...(description !== undefined && { description }),
    ...(standard !== undefined && { default: standard }),
    anyOf: [partial(rest), unresolved],
  }
}

const unresolved = { type: 'string', pattern: String.raw`\$\{|^\?\?\?$` } as const

/** A file may have a defaults list, whichever variant it is. */
function withDefaults(schema: Schema): Schema {
  const { anyOf, properties, ...rest } = schema
  if (anyOf !== undefined && properties === undefined) {
    return { ...rest, anyOf: anyOf.map(withDefaults) }
  }
  return { ...schema, properties: { defaults: defaultsList, ...properties } }
}

const defaultsList = {
  description: 'The configs that this file builds on: `group: option`, a config name, or `_self_`.',
  type: 'array',
  items: { type: ['string', 'object'] },
} as const
