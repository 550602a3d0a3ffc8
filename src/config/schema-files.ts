import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../core/package-root.js'
import { withDefinitions } from './schema-definitions.js'

/** A JSON Schema as far as it is looked into here. */
export interface Schema {
  readonly [keyword: string]: unknown
  readonly title?: string
  readonly description?: string
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

const ending = '.schema.json'

/** The shipped schemas of roots and groups by name, such as `train` and `optimizer`. */
export function readSchemaFiles(): Readonly<Record<string, Schema>> {
  const directory = join(packageRoot, 'schemas')
  const files = readdirSync(directory).filter((name) => name.endsWith(ending))
  return Object.fromEntries(
    files.sort().map((file) => {
      const schema = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Schema
      return [file.slice(0, -ending.length), withDefinitions(schema)]
    }),
  )
}

/** The name of the schema that a `$ref` leads to. */
export function referredName(schema: Schema): string | undefined {
  return schema.$ref?.slice(0, -ending.length)
}
