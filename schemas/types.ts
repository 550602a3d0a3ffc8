import { type JSONSchema, compile } from 'json-schema-to-typescript'
import { type Schema, readSchema, roots, schemaDirectory } from './roots.js'

/** The source of `src/spec/types.gen.ts`: one interface per schema, named by its title. */
export async function generateTypes(): Promise<string> {
  const schema: JSONSchema = {
    title: 'Roots',
    type: 'object',
    additionalProperties: false,
    required: [...roots],
    properties: Object.fromEntries(roots.map((name) => [name, { $ref: `${name}.schema.json` }])),
  }
  return compile(schema, 'Roots', {
    cwd: schemaDirectory,
    $refOptions: {
      resolve: {
        file: { read: ({ url }: { url: string }) => JSON.stringify(typed(readSchema(url))) },
      },
    },
    bannerComment: '// Generated from schemas/ by `npm run generate`. Do not edit.',
    style: { semi: false, singleQuote: true, printWidth: 100 },
  })
}

/** A variant whose names share a beginning has that as a type, so that the others are told from it by their names. */
function typed(schema: Schema): Schema {
  if (schema.oneOf === undefined) return schema
  return { ...schema, oneOf: schema.oneOf.map(withNameType) }
}

function withNameType(variant: Schema): Schema {
  const { name, ...others } = variant.properties ?? {}
  const beginning = /^\^([a-z]+\/)/.exec(String(name?.['pattern']))?.[1]
  if (beginning === undefined) return variant
  const tsType = `\`${beginning}\${string}\``
  return { ...variant, properties: { name: { ...name, tsType }, ...others } }
}
