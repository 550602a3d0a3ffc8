import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withDefinitions } from '../src/config/schema-definitions.js'

/** The directory of the schema files. */
export const schemaDirectory = fileURLToPath(new URL('.', import.meta.url))

/** The root configs, one for each command that composes. */
export const roots = [
  'train',
  'test',
  'predict',
  'export',
  'doctor',
  'sweep',
  'sql-export',
] as const

/** A JSON Schema as far as the generators look into it. */
export interface Schema {
  readonly [keyword: string]: unknown
  readonly $id?: string
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/** All schema files by their name without ending. */
export function readSchemas(): Record<string, Schema> {
  const files = readdirSync(schemaDirectory).filter((name) => name.endsWith('.schema.json'))
  return Object.fromEntries(
    files
      .sort()
      .map((file) => [file.replace('.schema.json', ''), readSchema(`${schemaDirectory}${file}`)]),
  )
}

/** One schema file, its shared definitions written out. */
export function readSchema(path: string): Schema {
  return withDefinitions(JSON.parse(readFileSync(path, 'utf8')) as Schema)
}

/** The names that a variant of a group is chosen by; undefined when it takes all that others leave. */
export function namesOf({ properties }: Schema): readonly unknown[] | undefined {
  const { const: only, enum: several } = properties?.['name'] ?? {}
  return only === undefined ? several : [only]
}
