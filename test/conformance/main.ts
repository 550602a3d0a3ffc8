import { parseArgs } from 'node:util'
import { engines, type EngineName } from '../../src/engine/engines.js'
import { runConformance } from './run.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { engine: { type: 'string', default: 'onnxruntime' }, slow: { type: 'boolean' } },
})
const [directory] = positionals
if (directory === undefined || !Object.hasOwn(engines, values.engine)) {
  process.stderr.write(
    'usage: npm run conformance -- DIRECTORY [--engine onnxruntime|cpu|tensorflow] [--slow]\n',
  )
  process.exit(2)
}
const good = await runConformance(directory, (line) => process.stdout.write(`${line}\n`), {
  engine: values.engine as EngineName,
  slow: values.slow ?? false,
})
process.exitCode = good ? 0 : 1
