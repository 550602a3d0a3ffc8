import assert from 'node:assert/strict'
import {
  grads,
  mul,
  ones,
  sum,
  tidy,
  type Scalar,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import type { Engine } from '../../src/engine/compile.js'
import { openEngine } from '../../src/engine/engines.js'
import { largestDifference, scattered } from './engine-values.js'
import { withEngines } from './with-engines.js'

type Layer = ReturnType<typeof layers.dense>

const recurrent = { recurrentInitializer: 'glorotUniform' } as const

/** Layers of tfjs that a model from elsewhere may have, with the shape of what they take. */
const stock: Readonly<Record<string, readonly [() => unknown, number[]]>> = {
  conv1d: [() => layers.conv1d({ filters: 3, kernelSize: 2, activation: 'relu' }), [2, 5, 4]],
  conv2d: [
    () => layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
    [2, 5, 4, 2],
  ],
  conv2dTranspose: [
    () => layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
    [2, 3, 4, 2],
  ],
  cropping2D: [
    () =>
      layers.cropping2D({
        cropping: [
          [1, 0],
          [1, 2],
        ],
      }),
    [2, 4, 5, 3],
  ],
  dense: [() => layers.dense({ units: 3, activation: 'softplus' }), [2, 4, 5]],
  depthwiseConv2d: [
    () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
    [2, 4, 5, 3],
  ],
  elu: [() => layers.elu({ alpha: 1 }), [3, 4]],
  embedding: [() => layers.embedding({ inputDim: 4, outputDim: 3 }), [2, 3]],
  flatten: [() => layers.flatten(), [2, 2, 3, 4]],
  globalMaxPooling2d: [() => layers.globalMaxPooling2d({}), [2, 3, 4, 5]],
  globalAveragePooling1d: [() => layers.globalAveragePooling1d(), [2, 3, 4]],
  layerNormalization: [() => layers.layerNormalization({}), [3, 5]],
  leakyReLU: [() => layers.leakyReLU({ alpha: 0.2 }), [3, 4]],
  maxPooling1d: [() => layers.maxPooling1d({ poolSize: 2 }), [2, 6, 3]],
  permute: [() => layers.permute({ dims: [3, 1, 2] }), [2, 3, 4, 5]],
  prelu: [() => layers.prelu({}), [2, 3, 4]],
  reLU: [() => layers.reLU({ maxValue: 6 }), [3, 4]],
  repeatVector: [() => layers.repeatVector({ n: 3 }), [2, 4]],
  separableConv2d: [() => layers.separableConv2d({ filters: 4, kernelSize: 3 }), [1, 5, 4, 2]],
  softmax: [() => layers.softmax(), [3, 4]],
  upSampling2d: [() => layers.upSampling2d({ size: [2, 3] }), [1, 3, 4, 2]],
  zeroPadding2d: [
    () =>
      layers.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 1],
        ],
      }),
    [2, 3, 4, 2],
  ],
  simpleRNN: [() => layers.simpleRNN({ units: 3, ...recurrent }), [2, 4, 3]],
  lstm: [() => layers.lstm({ units: 3, returnSequences: true, ...recurrent }), [2, 4, 3]],
  gru: [() => layers.gru({ units: 3, ...recurrent }), [2, 4, 3]],
}

withEngines("layers of a user's own model", (engine) => {
  let reference: Engine
  before(async () => {
    reference = await openEngine({ name: 'cpu', device: 'cpu', threads: 1 })
  })

  for (const [name, [create, shape]] of Object.entries(stock)) {
    it(`compute and train as plain tfjs does: ${name}`, async () => {
      const layer = create() as Layer
      const integers = name === 'embedding'
      const [actual, expected] = [
        await run(engine(), layer, shape, integers),
        await run(reference, layer, shape, integers),
      ]
      for (const [key, values] of Object.entries(expected)) {
        const difference = largestDifference(actual[key]!, values)
        assert.ok(difference < 5e-6, `${key} differs by ${difference}`)
      }
      layer.dispose()
    })
  }
})

/** The layer's output, and the gradients by its input and weights, all summed with scattered weights. */
async function run(engine: Engine, layer: Layer, shape: number[], integers: boolean) {
  tidy(() => void layer.apply(ones(shape)))
  const weights = layer.trainableWeights.map(variableOf)
  const step = await engine.compile(
    ({ x }) => {
      const y = layer.apply(x!) as Tensor
      const operands = integers ? weights : [x!, ...weights]
      const gradients = grads((...parts: Tensor[]) => {
        const input = integers ? x! : parts[0]!
        const output = layer.apply(input) as Tensor
        return sum<Scalar>(mul(output, output))
      })(operands)
      return {
        y,
        ...Object.fromEntries(gradients.map((one, i): [string, Tensor] => [`d${i}`, one])),
      }
    },
    {
      inputs: { x: { shape, dtype: 'float32' } },
      state: layer.weights.map(variableOf),
    },
  )
  const size = shape.reduce((a, b) => a * b)
  const x = integers ? Float32Array.from({ length: size }, (_, i) => i % 4) : scattered(size)
  const results = await step.run({ x })
  await step.dispose()
  return results
}

function variableOf(weight: { read(): Tensor }): Variable {
  return (weight as unknown as { val: Variable }).val
}
