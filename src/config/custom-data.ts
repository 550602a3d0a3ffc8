import { stringify } from 'yaml'
import { AppError } from '../core/errors.js'
import type { LoadedDataset } from '../modules/load.js'
import { readSchemaFiles, type Schema } from './schema-files.js'
import { memorySource, type Source } from './sources.js'

/**
 * The options `data/custom/<name>` of the data sets that modules define: each sets every key to its default, and those that
 * have none to `???`.
 */
export function customSources(datasets: readonly LoadedDataset[]): Source[] {
  const modules = [...new Set(datasets.map(({ shown }) => shown))]
  return modules.map((module) => {
    const own = datasets.filter(({ shown }) => shown === module)
    const files = own.map((dataset) => [`data/${dataset.name}.yaml`, optionText(dataset)] as const)
    return memorySource(Object.fromEntries(files), module)
  })
}

/** What the section of a module's data set must fulfil: its own keys, and those that every data set has. */
export function customVariant({ name, definition, shown }: LoadedDataset): Schema {
  const shared = sharedKeys()
  const { schema } = definition
  const properties = jsonOf(schema.properties, `${shown}: schema of '${name}'`) as Keys
  const taken = Object.keys(properties).find((key) => Object.hasOwn(shared, key))
  if (taken !== undefined) {
    throw new AppError(
      'module_invalid',
      `${shown}: schema of '${name}' defines '${taken}', a key that every data set has`,
      { hint: `These keys are given: ${Object.keys(shared).join(', ')}.` },
    )
  }
  const all: Keys = { ...shared, name: { const: name }, ...mapValues(properties, withDefault) }
  return {
    ...(jsonOf(schema, `${shown}: schema of '${name}'`) as Schema),
    type: 'object',
    additionalProperties: false,
    properties: all,
    required: Object.keys(all),
  }
}

/** Schemas in which the data section may also be one of modules' data sets. */
export function withCustomVariants(
  schemas: Readonly<Record<string, Schema>>,
  variants: readonly Schema[],
): Readonly<Record<string, Schema>> {
  const { data } = schemas
  if (data?.oneOf === undefined || variants.length === 0) return schemas
  const others = data.oneOf.filter((variant) => variant.title !== sharedTitle)
  return { ...schemas, data: { ...data, oneOf: [...others, ...variants] } }
}

type Keys = Readonly<Record<string, Schema>>

const sharedTitle = 'CustomDataConfig'

/** The keys that every data set has. */
function sharedKeys(): Keys {
  const variant = readSchemaFiles()['data']?.oneOf?.find(({ title }) => title === sharedTitle)
  if (variant?.properties === undefined) throw new Error('the schema of data has no shared keys')
  return variant.properties
}

function optionText(dataset: LoadedDataset): string {
  const { properties = {}, description } = customVariant(dataset)
  const keys = Object.keys(properties).filter((key) => key !== 'name')
  const own = Object.keys(dataset.definition.schema.properties)
  const ordered = [...own, ...keys.filter((key) => !own.includes(key))]
  const defaults = ordered.map((key) => [key, defaultOf(properties[key] ?? {})] as const)
  const content = { name: dataset.name, ...Object.fromEntries(defaults) }
  const about = description ?? `The data set '${dataset.definition.name}' of ${dataset.shown}.`
  return `${about.replace(/^/gm, '# ')}\n${stringify(content, { version: '1.1' })}`
}

/** A mapping whose keys all have defaults may be left out as a whole. */
function withDefault(schema: Schema): Schema {
  if (schema.properties === undefined || Object.hasOwn(schema, 'default')) return schema
  const standard = defaultOf(schema)
  return JSON.stringify(standard).includes('"???"') ? schema : { ...schema, default: standard }
}

function mapValues(keys: Keys, change: (schema: Schema) => Schema): Keys {
  return Object.fromEntries(Object.entries(keys).map(([key, schema]) => [key, change(schema)]))
}

/** A mapping's default is that of its keys. */
function defaultOf(schema: Schema): unknown {
  if (Object.hasOwn(schema, 'default')) return schema['default']
  if (schema.properties === undefined) return '???'
  const entries = Object.entries(schema.properties)
  return Object.fromEntries(entries.map(([key, inner]) => [key, defaultOf(inner)]))
}

/** A schema as JSON; one that holds functions or refers to itself is `module_invalid`. */
function jsonOf(value: unknown, what: string): unknown {
  try {
    return JSON.parse(JSON.stringify(value)) as unknown
  } catch (error) {
    throw new AppError('module_invalid', `${what} is no JSON`, { cause: error })
  }
}
