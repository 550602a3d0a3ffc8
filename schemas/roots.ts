import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The directory of the schema files. */
export const schemaDirectory = fileURLToPath(new URL('.', import.meta.url))

/** The root configs, one for each command that composes. */
export const roots = ['train', 'test', 'predict', 'sweep', 'sql-export'] as const

/** A JSON Schema as far as the generators look into it. */
export interface Schema {
  readonly [keyword: string]: unknown
  readonly $id?: string
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
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
      .map((file) => [
        file.replace('.schema.json', ''),
        JSON.parse(readFileSync(`${schemaDirectory}${file}`, 'utf8')) as Schema,
      ]),
  )
}
