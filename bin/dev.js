#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { register } from 'tsx/esm/api'

register()
const root = new URL('../', import.meta.url)
const about = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const { main } = await import('../src/commands/main.ts')
await main(process.argv.slice(2), fileURLToPath(root), about)
