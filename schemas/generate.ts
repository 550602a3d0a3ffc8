import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { compile, type JSONSchema } from 'json-schema-to-typescript'

const directory = fileURLToPath(new URL('.', import.meta.url))
const roots = ['train', 'test', 'predict', 'sweep', 'sql-export']

/** The source of `src/spec/types.gen.ts`: one interface per schema, named by its title. */
export async function generateTypes(): Promise<string> {
  const schema: JSONSchema = {
    title: 'Roots',
    type: 'object',
    additionalProperties: false,
    required: roots,
    properties: Object.fromEntries(roots.map((name) => [name, { $ref: `${name}.schema.json` }])),
  }
  return compile(schema, 'Roots', {
    cwd: directory,
    bannerComment: '// Generated from schemas/ by `npm run generate`. Do not edit.',
    style: { semi: false, singleQuote: true, printWidth: 100 },
  })
}

await writeFile(
  fileURLToPath(new URL('../src/spec/types.gen.ts', import.meta.url)),
  await generateTypes(),
)
