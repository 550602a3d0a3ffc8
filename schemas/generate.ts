import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { generateCommandFacts } from './commands.js'
import { generateTypes } from './types.js'
import { generateValidators } from './validators.js'

const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

await writeFile(source('spec/types.gen.ts'), await generateTypes())
await writeFile(source('config/validators.gen.ts'), await generateValidators())
await writeFile(source('commands/completion/command-facts.gen.ts'), generateCommandFacts())
