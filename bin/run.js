#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)
const program = new URL('dist/program/main.js', root)
const completion = new URL('dist/program/complete.js', root)
const about = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const words = process.argv.slice(2)

if (!isSupported(process.versions.node, about.engines.node)) {
  refuse(`Atelier needs Node ${about.engines.node}; this is Node ${process.versions.node}.`)
} else if (words[0] === '--version' || words[0] === '-v') {
  printVersion()
} else if (words[0] === '__complete' && existsSync(completion)) {
  const { complete } = await import(completion.href)
  await complete(words.slice(1))
} else if (existsSync(program)) {
  const { main } = await import(program.href)
  await main(words, fileURLToPath(root), about)
} else {
  refuse('Atelier is not built yet: run `npm run build` in its directory.')
}

/** Whether a version fits one of the `^a.b.c` ranges, or is of a later major line than all of them. */
function isSupported(version, ranges) {
  const [major, minor] = version.split('.').map(Number)
  const lines = ranges.split('||').map((range) => range.replace('^', '').split('.').map(Number))
  const newest = Math.max(...lines.map(([line]) => line))
  return major > newest || lines.some((line) => line[0] === major && minor >= line[1])
}

function printVersion() {
  const version = `${about.name}/${about.version}`
  const platform = `${process.platform}-${process.arch}`
  if (!words.includes('--json')) {
    process.stdout.write(`${version} ${platform} node-${process.version}\n`)
    return
  }
  const result = { version: about.version, platform, node: process.version }
  printJson({ status: 'ok', command: 'version', result, warnings: [] })
}

/** The errors that cannot wait for the program itself; later ones are reported by `src/commands/base.ts`. */
function refuse(message) {
  process.stderr.write(`error: ${message}\n`)
  process.exitCode = 2
  if (!words.includes('--json')) return
  const error = { code: 'usage', message, exit: 2, suggestions: [], location: null, details: [] }
  printJson({ status: 'error', error })
}

function printJson(document) {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
}
