import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { openEngine } from '../../../src/engine/engines.js'
import { leastNeedyLast } from '../../../src/engine/onnx/execution-order.js'
import { canOverwrite } from '../../../src/engine/onnx/in-place.js'
import type { NodeProto } from '../../../src/engine/onnx/protobuf.js'

const node = (op: string, inputs: string[], output: string): NodeProto => ({
  op,
  domain: '',
  name: output,
  inputs,
  outputs: [output],
  attributes: {},
})

describe('memory of traced steps', () => {
  it('stays as it is over a thousand steps', async function () {
    this.timeout(30_000)
    const engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads: 2 })
    const weight = tf.variable(tf.fill([256, 256], 0.01))
    const step = await engine.compile(
      ({ x }) => {
        const y = tf.relu(tf.matMul(x as tf.Tensor2D, weight as unknown as tf.Tensor2D))
        weight.assign(
          tf.sub(weight, tf.mul(tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D, true), 1e-9)),
        )
        return { y }
      },
      { inputs: { x: { shape: [128, 256], dtype: 'float32' } }, state: [weight] },
    )
    const run = async (times: number) => {
      const x = new Float32Array(128 * 256).fill(0.5)
      for (let i = 0; i < times; i++) await step.run({ x })
      return process.memoryUsage().rss
    }
    const before = await run(300)
    const growth = (await run(1000)) - before
    await step.dispose()
    await engine.dispose()
    weight.dispose()
    assert.ok(growth < 64 * 2 ** 20, `it grew by ${growth} bytes`)
  })

  it('is overwritten only where everything that reads it comes before', () => {
    const slot = [node('Mul', ['m', 'rate'], 'old'), node('Add', ['old', 'gradient'], 'next m')]
    assert.equal(canOverwrite(slot, 'm', 'next m'), true)
    const also = [...slot, node('Reshape', ['m', 'shape'], 'flat'), node('Neg', ['flat'], 'late')]
    assert.equal(canOverwrite(also, 'm', 'next m'), false)
    assert.equal(canOverwrite([node('Sub', ['w', 'change'], 'next w')], 'w', 'next w'), false)
  })

  it('is given back early: results that need less are computed first', () => {
    const nodes = [
      node('Exp', ['x'], 'a'),
      node('Neg', ['a'], 'near'),
      node('Exp', ['a'], 'b'),
      node('Neg', ['b'], 'far'),
    ]
    assert.deepEqual(
      leastNeedyLast(nodes).map(({ name }) => name),
      ['a', 'b', 'far', 'near'],
    )
  })
})
