import assert from 'node:assert/strict'
import { memory } from '@tensorflow/tfjs-core'
import { compose } from '../../src/config/api.js'
import { builtInDirectory } from '../../src/config/sources.js'
import { Random } from '../../src/core/random.js'
import { openEngine } from '../../src/engine/engines.js'
import { buildModel } from '../../src/model/models.js'
import { createProgram, type Batch } from '../../src/model/program.js'
import { decodeWeights, encodeModel, restoreWeights, weightHash } from '../../src/model/weights.js'
import type { ResolvedModel } from '../../src/spec/run-spec.js'
import { optimizerConfig } from '../model/optimizer-configs.js'

/** Every architecture, small enough to be quick: the words that make it so, and the image size. */
const small: Readonly<Record<string, readonly [words: string[], size: number]>> = {
  mlp: [['hidden=[8]', 'dropout=0.5'], 8],
  lenet: [['dropout=0.5', 'width=0.5'], 12],
  cnn: [['widths=[4,4]', 'dense=8'], 8],
  resnet18: [['width=0.0625', 'stem=small', 'dropout=0.5'], 8],
  resnet50: [['width=0.0625'], 28],
  mobilenet_v2: [['width=0.125'], 28],
  squeezenet1_1: [['width=0.125'], 28],
  shufflenet_v2_x1_0: [['width=0.125'], 28],
  efficientnet_b0: [['width=0.125'], 28],
  densenet121: [['width=0.0625', 'stem=small', 'dropout=0.2'], 8],
  vit: [['width=0.25', 'patch_size=7', 'layers=2', 'dropout=0.1'], 28],
}

const loss = {
  name: 'cross_entropy',
  class_weights: 'none',
  label_smoothing: 0,
  ignore_index: -100,
} as const

describe('every network of the hub', () => {
  for (const [name, [words, size]] of Object.entries(small)) {
    it(`${name} learns a batch, and comes back from what is saved`, async () => {
      const config = configOf(name, words, size)
      const engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads: 1 })
      const before = memory().numTensors
      const model = buildModel(config, new Random(1))
      const optimizer = optimizerConfig('sgd')
      const program = createProgram({ model, loss, optimizer, engine, random: new Random(1) })
      const batch = batchOf(config)
      const losses: number[] = []
      for (let step = 0; step < 12; step++) {
        losses.push((await program.trainStep(batch, { learningRate: 0.01, step })).loss)
      }
      assert.ok(losses.every(Number.isFinite))
      assert.ok(Math.min(...losses.slice(1)) < losses[0]!, losses.join(' '))
      await program.read()
      const { modelJson, weights } = encodeModel(model, {})
      const other = buildModel(config, new Random(2))
      restoreWeights(other, decodeWeights(modelJson, weights))
      assert.equal(weightHash(other), weightHash(model))
      await program.dispose()
      model.dispose()
      other.dispose()
      assert.equal(memory().numTensors, before)
      await engine.dispose()
    })
  }
})

function configOf(name: string, words: readonly string[], size: number): ResolvedModel {
  const { config } = compose({
    directory: builtInDirectory,
    configName: `model/${name}`,
    overrides: words.map((word) => `model.${word}`),
  })
  const { model } = config as { model: ResolvedModel }
  return { ...model, num_classes: 3, in_channels: 2, image_size: [size, size] }
}

/** Images of random pixels with labels to learn by heart. */
function batchOf({ image_size: [height, width], in_channels, num_classes }: ResolvedModel): Batch {
  const random = new Random(3, 'batch')
  const count = 6
  const x = new Float32Array(count * height * width * in_channels).map(() => random.uniform())
  return { x, y: Int32Array.from({ length: count }, (_, index) => index % num_classes), count }
}
