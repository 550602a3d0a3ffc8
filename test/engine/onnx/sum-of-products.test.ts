import assert from 'node:assert/strict'
import { conv2d, mul, sum, type Tensor4D } from '@tensorflow/tfjs-core'
import { openEngine } from '../../../src/engine/engines.js'
import { largestDifference, scattered } from '../../contract/engine-values.js'

describe('sums of products', () => {
  it('are those of the cpu engine, with and without the axes, of maps in any layout', async () => {
    const shape = [16, 9, 8, 2]
    const inputs = {
      x: { shape, dtype: 'float32' },
      w: { shape: [1, 1, 2, 3], dtype: 'float32' },
    } as const
    const feeds = { x: scattered(2304), w: scattered(6) }
    const results: Float32Array[][] = []
    for (const name of ['cpu', 'onnxruntime'] as const) {
      const engine = await openEngine({ name, device: 'cpu', threads: 2 })
      const step = await engine.compile(
        ({ x, w }) => {
          const maps = conv2d(x as Tensor4D, w as Tensor4D, 1, 'valid')
          const squares = mul(maps, maps)
          return {
            flat: sum(squares, [0, 1, 2]),
            kept: sum(squares, [0, 1, 2], true),
            rows: sum(mul(x!, x!), [1, 2, 3]),
            images: sum(squares, [1, 2]),
            total: sum(squares),
          }
        },
        { inputs, state: [] },
      )
      results.push(Object.values(await step.run(feeds)) as Float32Array[])
      await step.dispose()
    }
    const [expected, actual] = results
    expected!.forEach((values, index) => {
      assert.ok(largestDifference(actual![index]!, values) < 2e-6)
    })
  })
})
