import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import type { Engine } from '../../../src/engine/compile.js'
import { openEngine } from '../../../src/engine/engines.js'
import { largestDifference } from '../../contract/engine-values.js'

type Pair = readonly [number, number]
type Four = [number, number, number, number]

interface Pooling {
  readonly batch: number
  readonly channels: number
  readonly size: Pair
  readonly window: Pair
  readonly strides: Pair
  readonly pad: readonly number[]
  /** How many different values there are: few, so that many are equal. */
  readonly values: number
}

const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }))

const poolings: fc.Arbitrary<Pooling> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    channels: fc.integer({ min: 1, max: 3 }),
    size: pair(9),
    window: pair(4),
    strides: pair(3),
    pad: fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 2 }))),
    values: fc.constantFrom(2, 4, 1000),
  })
  .filter((pooling) => outputSize(pooling).every((length) => length > 0))
  .filter(({ window, pad }) => pad.every((amount, i) => 2 * amount <= window[i >> 1]!))

describe('pooling in ONNX Runtime', () => {
  let engine: Engine
  before(async () => {
    engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads: 2 })
  })
  after(() => engine.dispose())

  for (const kind of ['Max', 'Avg'] as const) {
    it(`computes ${kind}Pool and its gradient by their definition, whatever the window`, async function () {
      this.timeout(60_000)
      await fc.assert(
        fc.asyncProperty(poolings, async (pooling) => {
          const [actual, expected] = [await compute(engine, kind, pooling), define(kind, pooling)]
          for (const key of ['y', 'dx'] as const) {
            const difference = largestDifference(actual[key]!, expected[key])
            assert.ok(difference < 1e-6, `${key} differs by ${difference}`)
          }
        }),
        { numRuns: 60 },
      )
    })
  }
})

function outputSize({ size, window, strides, pad }: Pooling): [number, number] {
  const along = (axis: 0 | 1) => {
    const room = size[axis] + pad[2 * axis]! + pad[2 * axis + 1]! - window[axis]
    return room < 0 ? 0 : Math.floor(room / strides[axis]) + 1
  }
  return [along(0), along(1)]
}

function shapes(pooling: Pooling): { x: Four; dy: Four } {
  const { batch, channels, size } = pooling
  return { x: [batch, ...size, channels], dy: [batch, ...outputSize(pooling), channels] }
}

/** Values of which many are equal, and gradients that all differ. */
function given(pooling: Pooling): { x: Float32Array; dy: Float32Array } {
  const { x, dy } = shapes(pooling)
  const count = (shape: Four) => shape.reduce((a, b) => a * b, 1)
  return {
    x: Float32Array.from({ length: count(x) }, (_, i) => ((i * 7919) % 104729) % pooling.values),
    dy: Float32Array.from({ length: count(dy) }, (_, i) => 1 + i / 64),
  }
}

async function compute(engine: Engine, kind: 'Max' | 'Avg', pooling: Pooling) {
  const { x, dy } = shapes(pooling)
  const { window, strides, pad } = pooling
  const attributes = {
    filterSize: window,
    strides,
    pad: [
      [0, 0],
      [pad[0], pad[1]],
      [pad[2], pad[3]],
      [0, 0],
    ],
    dimRoundingMode: 'floor',
  }
  const run = (kernel: string, inputs: Record<string, tf.Tensor>) =>
    tf.engine().runKernel<tf.Tensor>(kernel, inputs, attributes as never)
  const step = await engine.compile(
    (inputs) => {
      const y = run(`${kind}Pool`, { x: inputs['x']! })
      const all = { dy: inputs['dy']!, input: inputs['x']! }
      return { y, dx: run(`${kind}PoolGrad`, kind === 'Max' ? { ...all, output: y } : all) }
    },
    {
      inputs: { x: { shape: x, dtype: 'float32' }, dy: { shape: dy, dtype: 'float32' } },
      state: [],
    },
  )
  const results = await step.run(given(pooling))
  await step.dispose()
  return results
}

/** The largest value, whose first place in the window gets all of dy; or the average of what lies inside. */
function define(kind: 'Max' | 'Avg', pooling: Pooling) {
  const { batch, channels, size, window, strides, pad } = pooling
  const { x, dy } = given(pooling)
  const [rows, columns] = outputSize(pooling)
  const y = new Float64Array(dy.length)
  const dx = new Float64Array(x.length)
  let out = 0
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let c = 0; c < channels; c++, out++) {
          const places: number[] = []
          for (let p = 0; p < window[0]; p++)
            for (let q = 0; q < window[1]; q++) {
              const row = i * strides[0] + p - pad[0]!
              const column = j * strides[1] + q - pad[2]!
              if (row < 0 || row >= size[0] || column < 0 || column >= size[1]) continue
              places.push(((b * size[0] + row) * size[1] + column) * channels + c)
            }
          const values = places.map((place) => x[place]!)
          if (kind === 'Max') {
            y[out] = Math.max(...values)
            dx[places[values.indexOf(y[out]!)]!]! += dy[out]!
          } else {
            y[out] = values.reduce((a, b) => a + b, 0) / places.length
            for (const place of places) dx[place]! += dy[out]! / places.length
          }
        }
  return { y, dx }
}
