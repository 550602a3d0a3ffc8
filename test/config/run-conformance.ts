import { inspect } from 'node:util'
import { runDirectory } from './conformance.js'

const [directory] = process.argv.slice(2)
if (directory === undefined) {
  process.stderr.write('usage: npm run conformance -- <directory of case files>\n')
  process.exit(2)
}
const reports = runDirectory(directory)
for (const { file, cases, disagreements } of reports) {
  process.stdout.write(`${file}: agree ${cases - disagreements.length} of ${cases}\n`)
  for (const { id, expected, got } of disagreements) {
    const show = (value: unknown): string => inspect(value, { depth: 8, breakLength: 160 })
    process.stdout.write(`  ${id}\n    expected ${show(expected)}\n    got      ${show(got)}\n`)
  }
}
process.exitCode = reports.some(({ disagreements }) => disagreements.length > 0) ? 1 : 0
