import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import type { Engine } from '../../../src/engine/compile.js'
import { openEngine } from '../../../src/engine/engines.js'
import { largestDifference, scattered } from '../../contract/engine-values.js'

interface Layer {
  readonly batch: number
  readonly channels: number
  readonly multiplier: number
  readonly size: readonly [number, number]
  readonly window: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  readonly pad: readonly [number, number, number, number]
}

const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }))

const layers: fc.Arbitrary<Layer> = fc
  .record({
    batch: fc.constantFrom(1, 2, 3, 8, 9),
    channels: fc.integer({ min: 1, max: 4 }),
    multiplier: fc.integer({ min: 1, max: 3 }),
    size: pair(8),
    window: pair(5),
    strides: pair(3),
    dilations: pair(2),
    pad: fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 3 }))) as fc.Arbitrary<
      [number, number, number, number]
    >,
  })
  .filter((layer) => outputSize(layer).every((length) => length > 0))

describe('depthwise convolution in ONNX Runtime', () => {
  let engine: Engine
  before(async () => {
    engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads: 2 })
  })
  after(() => engine.dispose())

  it('computes values and gradients by their definition, whatever the window', async function () {
    this.timeout(60_000)
    await fc.assert(
      fc.asyncProperty(layers, async (layer) => {
        const [actual, expected] = [await compute(engine, layer), define(layer)]
        for (const key of ['y', 'dx', 'dw'] as const) {
          const difference = largestDifference(actual[key]!, expected[key])
          assert.ok(difference < 2e-6, `${key} differs by ${difference}`)
        }
      }),
      { numRuns: 80 },
    )
  })

  for (const stride of [1, 2] as const) {
    for (const pad of ['same', 'valid', 1] as const) {
      it(`agrees with tfjs at stride ${stride}, padding ${pad}, bias and activation`, async () => {
        const inputs = {
          x: { shape: [2, 7, 6, 3], dtype: 'float32' as const },
          w: { shape: [3, 3, 3, 2], dtype: 'float32' as const },
          b: { shape: [6], dtype: 'float32' as const },
        }
        const apply = ({ x, w, b }: Record<string, tf.Tensor>) =>
          tf.fused.depthwiseConv2d({
            x: x as tf.Tensor4D,
            filter: w as tf.Tensor4D,
            strides: stride,
            pad,
            bias: b!,
            activation: 'relu6',
          })
        const feeds = { x: scattered(2 * 7 * 6 * 3, 3), w: scattered(54), b: scattered(6) }
        const step = await engine.compile((given) => ({ y: apply(given) }), { inputs, state: [] })
        const { y } = await step.run(feeds)
        await step.dispose()
        const expected = apply({
          x: tf.tensor(feeds.x, [2, 7, 6, 3]),
          w: tf.tensor(feeds.w, [3, 3, 3, 2]),
          b: tf.tensor(feeds.b),
        }).dataSync()
        assert.ok(largestDifference(y!, expected) < 2e-6)
      })
    }
  }
})

function outputSize({ size, window, strides, dilations, pad }: Layer): [number, number] {
  const along = (axis: 0 | 1) => {
    const reach = dilations[axis] * (window[axis] - 1) + 1
    const room = size[axis] + pad[2 * axis]! + pad[2 * axis + 1]! - reach
    return room < 0 ? 0 : Math.floor(room / strides[axis]) + 1
  }
  return [along(0), along(1)]
}

function shapes(layer: Layer) {
  const { batch, channels, multiplier, size, window } = layer
  return {
    x: [batch, ...size, channels] as [number, number, number, number],
    w: [...window, channels, multiplier] as [number, number, number, number],
    dy: [batch, ...outputSize(layer), channels * multiplier] as [number, number, number, number],
  }
}

function values(layer: Layer) {
  const { x, w, dy } = shapes(layer)
  const fill = (shape: number[]) => scattered(shape.reduce((a, b) => a * b, 1))
  return { x: fill(x), w: fill(w), dy: fill(dy) }
}

async function compute(engine: Engine, layer: Layer) {
  const { x, w, dy } = shapes(layer)
  const { pad, strides, dilations } = layer
  const attributes = {
    strides,
    dilations,
    pad: [
      [0, 0],
      [pad[0], pad[1]],
      [pad[2], pad[3]],
      [0, 0],
    ],
    dimRoundingMode: 'floor',
  }
  const run = (kernel: string, inputs: Record<string, tf.Tensor>, more: object = {}) =>
    tf.engine().runKernel<tf.Tensor>(kernel, inputs, { ...attributes, ...more })
  const step = await engine.compile(
    (given) => ({
      y: run('DepthwiseConv2dNative', { x: given['x']!, filter: given['w']! }),
      dx: run(
        'DepthwiseConv2dNativeBackpropInput',
        { dy: given['dy']!, filter: given['w']! },
        { inputShape: x },
      ),
      dw: run(
        'DepthwiseConv2dNativeBackpropFilter',
        { x: given['x']!, dy: given['dy']! },
        { filterShape: w },
      ),
    }),
    {
      inputs: {
        x: { shape: x, dtype: 'float32' },
        w: { shape: w, dtype: 'float32' },
        dy: { shape: dy, dtype: 'float32' },
      },
      state: [],
    },
  )
  const results = await step.run(values(layer))
  await step.dispose()
  return results
}

/** y[b,i,j,c*m+k] = sum over taps of x * w, and what follows for the gradients of sum(y * dy). */
function define(layer: Layer) {
  const { batch, channels, multiplier, size, window, strides, dilations, pad } = layer
  const given = values(layer)
  const [rows, columns] = outputSize(layer)
  const y = new Float64Array(given.dy.length)
  const dx = new Float64Array(given.x.length)
  const dw = new Float64Array(given.w.length)
  let out = 0
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let c = 0; c < channels; c++)
          for (let k = 0; k < multiplier; k++, out++)
            for (let p = 0; p < window[0]; p++)
              for (let q = 0; q < window[1]; q++) {
                const row = i * strides[0] + p * dilations[0] - pad[0]
                const column = j * strides[1] + q * dilations[1] - pad[2]
                if (row < 0 || row >= size[0] || column < 0 || column >= size[1]) continue
                const at = ((b * size[0] + row) * size[1] + column) * channels + c
                const tap = ((p * window[1] + q) * channels + c) * multiplier + k
                y[out]! += given.x[at]! * given.w[tap]!
                dx[at]! += given.dy[out]! * given.w[tap]!
                dw[tap]! += given.dy[out]! * given.x[at]!
              }
  return { y, dx, dw }
}
