import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AppError } from '../../src/core/errors.js'
import { Random } from '../../src/core/random.js'
import { openEngine } from '../../src/engine/engines.js'
import { createInference } from '../../src/model/inference.js'
import { buildModel } from '../../src/model/models.js'
import { assignValues, weightsOf } from '../../src/model/variables.js'
import { decodeWeights, encodeModel, restoreWeights, weightHash } from '../../src/model/weights.js'
import { mlpConfig, tinyCnnConfig } from './configs.js'
import { largestError } from './fixtures.js'

/** Loads a saved model with nothing but stock tfjs and prints its logits. */
const stockProgram = `
const { readFileSync } = require('node:fs')
const { env, io, tensor } = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-cpu')
const { loadLayersModel } = require('@tensorflow/tfjs-layers')
env().set('PROD', true)
const { modelJson, weights, x, shape } = JSON.parse(readFileSync(process.argv[1], 'utf8'))
const weightData = new Uint8Array(Buffer.from(weights, 'base64')).buffer
const weightSpecs = modelJson.weightsManifest.flatMap((group) => group.weights)
const handler = io.fromMemory({ ...modelJson, weightSpecs, weightData })
loadLayersModel(handler).then((model) => {
  console.log(JSON.stringify([...model.predict(tensor(x, shape)).dataSync()]))
})
`

function withCode(code: string, pattern: RegExp) {
  return (error: unknown) =>
    error instanceof AppError && error.code === code && pattern.test(error.message)
}

/** Weights that no initializer would give, so that every tensor matters. */
function scramble(model: LayersModel): void {
  const random = new Random(8, 'scramble')
  for (const { name, variable } of weightsOf(model)) {
    const positive = name.endsWith('moving_variance')
    const draw = () => (positive ? 0.5 + random.uniform() : random.uniform() - 0.5)
    assignValues(variable, new Float32Array(variable.size).map(draw))
  }
}

describe('weights', () => {
  const directory = mkdtempSync(join(tmpdir(), 'atelier-weights-'))
  after(() => rmSync(directory, { recursive: true }))

  for (const [name, config] of [
    ['mlp', mlpConfig({ hidden: [6, 5], dropout: 0.2, image_size: [4, 4] })],
    ['cnn', tinyCnnConfig()],
    ['cnn with average pooling', tinyCnnConfig({ pooling: 'average', batch_norm: false })],
  ] as const) {
    it(`a saved ${name} loads in stock tfjs and infers the same`, async () => {
      const model = buildModel(config, new Random(1))
      scramble(model)
      const { modelJson, weights } = encodeModel(model, { labels: ['a', 'b'] })
      const shape = [3, ...config.image_size, config.in_channels]
      const random = new Random(2)
      const x = new Float32Array(shape.reduce((a, b) => a * b)).map(() => random.uniform())
      const file = join(directory, `${name}.json`)
      const base64 = Buffer.from(weights).toString('base64')
      writeFileSync(file, JSON.stringify({ modelJson, weights: base64, x: [...x], shape }))
      const output = execFileSync(process.execPath, ['-e', stockProgram, file], {
        encoding: 'utf8',
      })
      const engine = await openEngine({ name: 'cpu', device: 'cpu', threads: 1 })
      const inference = createInference({ model, engine })
      const logits = await inference.logits(x, 3)
      assert.ok(largestError(JSON.parse(output) as number[], logits) <= 1e-5)
      await inference.dispose()
      model.dispose()
    })
  }

  it('gives back every weight', () => {
    const [model, copy] = [1, 2].map((seed) => buildModel(tinyCnnConfig(), new Random(seed)))
    scramble(model!)
    const { modelJson, weights } = encodeModel(model!, {})
    restoreWeights(copy!, decodeWeights(JSON.parse(JSON.stringify(modelJson)), weights))
    assert.equal(weightHash(copy!), weightHash(model!))
    for (const one of [model!, copy!]) one.dispose()
  })

  it('keeps the metadata where a browser finds it', () => {
    const model = buildModel(tinyCnnConfig(), new Random(1))
    const { modelJson } = encodeModel(model, { labels: ['shirt'] })
    assert.deepEqual((modelJson as { userDefinedMetadata: unknown }).userDefinedMetadata, {
      labels: ['shirt'],
    })
    model.dispose()
  })

  it('refuses weights of another model, and changes nothing', () => {
    const model = buildModel(mlpConfig({ hidden: [4] }), new Random(1))
    const before = weightHash(model)
    const cases = [
      [
        mlpConfig({ hidden: [5] }),
        /'dense_1\/kernel' has the shape \[784, 5\] there and \[784, 4\] here/,
      ],
      [mlpConfig({ hidden: [] }), /it has no weight 'dense_1\/kernel'/],
      [mlpConfig({ hidden: [4, 10] }), /it has no weight|the model has no weight|has the shape/],
    ] as const
    for (const [config, pattern] of cases) {
      const other = buildModel(config, new Random(1))
      const { modelJson, weights } = encodeModel(other, {})
      const tensors = decodeWeights(modelJson, weights)
      assert.throws(() => restoreWeights(model, tensors), withCode('checkpoint_mismatch', pattern))
      other.dispose()
    }
    assert.equal(weightHash(model), before)
    model.dispose()
  })

  it('reports damaged files', () => {
    const model = buildModel(mlpConfig({ hidden: [4] }), new Random(1))
    const { modelJson, weights } = encodeModel(model, {})
    const truncated = weights.subarray(0, weights.length - 5)
    assert.throws(() => decodeWeights(modelJson, truncated), withCode('run_corrupt', /bytes/))
    assert.throws(
      () => decodeWeights(modelJson, Buffer.concat([weights, weights])),
      withCode('run_corrupt', /bytes/),
    )
    assert.throws(() => decodeWeights({}, weights), withCode('run_corrupt', /manifest/))
    assert.throws(() => decodeWeights(null, weights), withCode('run_corrupt', /manifest/))
    const manifest = [{ weights: [{ name: 'a', shape: [-1], dtype: 'float32' }] }]
    assert.throws(
      () => decodeWeights({ weightsManifest: manifest }, weights),
      withCode('run_corrupt', /manifest/),
    )
    model.dispose()
  })
})
