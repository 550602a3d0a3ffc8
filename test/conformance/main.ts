import { runConformance } from './run.js'

const [directory] = process.argv.slice(2)
if (directory === undefined) {
  process.stderr.write('usage: npm run conformance -- <directory of case files>\n')
  process.exit(2)
}
const good = await runConformance(directory, (line) => process.stdout.write(`${line}\n`))
process.exitCode = good ? 0 : 1
