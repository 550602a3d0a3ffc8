import standalone from 'ajv/dist/standalone/index.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { build } from 'esbuild'
import { type Schema, namesOf, readSchemas, roots, schemaDirectory } from './roots.js'

/** The source of `src/config/validators.gen.ts`: one validating function per root, and the keys of each root that are no groups. */
export async function generateValidators(): Promise<string> {
  const schemas = readSchemas()
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    useDefaults: true,
    messages: false,
    inlineRefs: false,
    code: { source: true, esm: true, optimize: 2 },
    schemas: Object.values(schemas).map(decided),
  })
  const exported = Object.fromEntries(
    roots.map((name) => [identifier(name), `${name}.schema.json`]),
  )
  const code = standalone.default(ajv, exported)
  const bundled = await build({
    stdin: { contents: code, resolveDir: schemaDirectory, loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    write: false,
  })
  const [output] = bundled.outputFiles
  return [
    '// Generated from schemas/ by `npm run generate`. Do not edit.',
    '// @ts-nocheck',
    output?.text.trim() ?? '',
    `export const plainKeys = ${JSON.stringify(plainKeys(schemas))}`,
    '',
  ].join('\n')
}

/** A name that no keyword has. */
function identifier(name: string): string {
  return `${name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Config`
}

/** For each root the keys whose values are written in it, so that no group can stand for them. */
function plainKeys(schemas: Readonly<Record<string, Schema>>): Record<string, string[]> {
  return Object.fromEntries(
    roots.map((root) => {
      const properties = Object.entries(schemas[root]?.properties ?? {})
      const plain = properties.filter(([, schema]) => !JSON.stringify(schema).includes('"$ref"'))
      return [root, plain.map(([name]) => name)]
    }),
  )
}

const annotations = new Set(['title', 'description'])

/**
 * The schema with each choice between variants made by its deciding value (`name`, or null), so that errors are about
 * the chosen variant only and defaults are filled in there.
 */
function decided(schema: Schema): Schema {
  const stated = Object.entries(schema).filter(([keyword]) => !annotations.has(keyword))
  const below = Object.fromEntries(
    stated.map(([keyword, value]) => [keyword, decidedBelow(keyword, value)]),
  )
  if (schema.oneOf?.every(isVariant) === true) return byName(below, schema.oneOf.map(decided))
  const [first, second] = schema.anyOf ?? []
  if (schema.anyOf?.length === 2 && first?.type === 'null' && second !== undefined) {
    return { ...without(below, 'anyOf'), if: { type: 'null' }, else: decided(second) }
  }
  return below
}

function decidedBelow(keyword: string, value: unknown): unknown {
  if (keyword !== 'properties') return value
  return Object.fromEntries(
    Object.entries(value as Record<string, Schema>).map(([name, schema]) => [
      name,
      decided(schema),
    ]),
  )
}

function isVariant(schema: Schema): boolean {
  return schema.properties?.['name'] !== undefined
}

function byName(schema: Schema, variants: readonly Schema[]): Schema {
  const names = variants.map(namesOf)
  const fixed = names.every((name) => name !== undefined)
  return {
    ...without(schema, 'oneOf'),
    type: 'object',
    required: ['name'],
    properties: { name: fixed ? { enum: names.flat() } : anyName(variants) },
    allOf: variants.map((variant) => ({
      if: { type: 'object', properties: { name: nameTest(variant) }, required: ['name'] },
      then: variant,
    })),
  }
}

function without(schema: Schema, keyword: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword))
}

/** The names of variants of which one takes more than a list of names: all that fit its pattern, or any. */
function anyName(variants: readonly Schema[]): Schema {
  const patterns = variants.filter((variant) => patternOf(variant) !== undefined)
  if (patterns.length === 0) return { type: 'string' }
  const listed = variants.flatMap((variant) => namesOf(variant) ?? [])
  return { anyOf: [{ enum: listed }, ...patterns.map(nameTest)] }
}

/** What tells a variant by its name: the one name it has, the form of its names, or the names it leaves to others. */
function nameTest(variant: Schema): Schema {
  const names = namesOf(variant)
  if (names !== undefined) return { enum: names }
  const pattern = patternOf(variant)
  if (pattern !== undefined) return { type: 'string', pattern }
  return { not: variant.properties?.['name']?.['not'] }
}

function patternOf(variant: Schema): unknown {
  const { not, pattern } = variant.properties?.['name'] ?? {}
  return not === undefined ? pattern : undefined
}
