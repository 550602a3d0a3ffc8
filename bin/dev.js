#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'
import threads from 'node:worker_threads'
import { register } from 'tsx/esm/api'

register()
// That holds for this thread alone; those that load images run TypeScript too.
const inThreads = new URL('../test/tsx-in-threads.js', import.meta.url).href
threads.Worker = class extends threads.Worker {
  constructor(file, options) {
    super(file, { ...options, execArgv: ['--import', inThreads] })
  }
}
syncBuiltinESMExports()
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
