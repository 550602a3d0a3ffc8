#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { register } from 'tsx/esm/api'

register()
const root = new URL('../', import.meta.url)
const about = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const words = process.argv.slice(2)
if (words[0] === '__complete') {
  const { complete } = await import('../src/commands/completion/complete.ts')
  await complete(words.slice(1))
} else {
  const { main } = await import('../src/commands/main.ts')
  await main(words, fileURLToPath(root), about)
}
