import { type JSONSchema, compile } from 'json-schema-to-typescript'
import { readSchema, roots, schemaDirectory } from './roots.js'

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
      resolve: { file: { read: ({ url }: { url: string }) => JSON.stringify(readSchema(url)) } },
    },
    bannerComment: '// Generated from schemas/ by `npm run generate`. Do not edit.',
    style: { semi: false, singleQuote: true, printWidth: 100 },
  })
}
