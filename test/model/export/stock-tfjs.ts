import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { EncodedModel } from '../../../src/model/weights.js'

const run = promisify(execFile)

/** Writes a model as an export does, with the images to show it: what stock tfjs is given. */
export function writeCase(
  directory: string,
  { modelJson, weights }: EncodedModel,
  images: { readonly x: Float32Array; readonly shape: readonly number[] },
): void {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'model.json'), JSON.stringify(modelJson))
  writeFileSync(join(directory, 'weights.bin'), weights)
  writeFileSync(
    join(directory, 'images.json'),
    JSON.stringify({ x: [...images.x], shape: images.shape }),
  )
}

/** A program of stock tfjs alone: logits by case, of cases given as `{ name, load, images }`. */
export const stockProgram = `
async function logitsOf(tf, loadLayersModel, loadGraphModel, cases) {
  tf.env().set('PROD', true)
  await tf.setBackend('cpu')
  const results = {}
  for (const { name, format, source, images } of cases) {
    const model = await (format === 'graph-model' ? loadGraphModel : loadLayersModel)(source)
    const output = model.predict(tf.tensor(images.x, images.shape))
    results[name] = { shape: output.shape, logits: Array.from(output.dataSync()) }
  }
  return results
}
`

const nodeProgram = `
${stockProgram}
const { readFileSync } = require('node:fs')
const tf = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-cpu')
const { loadLayersModel } = require('@tensorflow/tfjs-layers')
const { loadGraphModel } = require('@tensorflow/tfjs-converter')
const cases = process.argv.slice(1).map((directory) => {
  const { modelTopology, format, signature, weightsManifest } =
    JSON.parse(readFileSync(directory + '/model.json', 'utf8'))
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights)
  const weightData = new Uint8Array(readFileSync(directory + '/weights.bin')).buffer
  const source = { load: async () => ({ modelTopology, format, signature, weightSpecs, weightData }) }
  const images = JSON.parse(readFileSync(directory + '/images.json', 'utf8'))
  return { name: directory, format, source, images }
})
logitsOf(tf, loadLayersModel, loadGraphModel, cases).then(
  (results) => console.log(JSON.stringify(results)),
  (error) => { console.error(error); process.exitCode = 1 },
)
`

export type StockResults = Readonly<Record<string, { shape: number[]; logits: number[] }>>

/** Loads the cases in a process that knows tfjs only; results by directory. */
export async function runInNode(directories: readonly string[]): Promise<StockResults> {
  const { stdout } = await run(process.execPath, ['-e', nodeProgram, ...directories], {
    maxBuffer: 64 * 1024 * 1024,
  })
  return JSON.parse(stdout) as StockResults
}
