import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import type { Engine, StepFunction } from '../../../src/engine/compile.js'
import { openEngine } from '../../../src/engine/engines.js'

const vector = { x: { shape: [4], dtype: 'float32' } } as const

describe('traced steps', () => {
  let engine: Engine
  before(async () => {
    engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads: 1 })
  })
  after(() => engine.dispose())

  const compile = (fn: StepFunction, state: tf.Variable[] = []) =>
    engine.compile(fn, { inputs: vector, state })

  it('refuse tensors of changing values made inside, naming operation and layer', async () => {
    const dropout = layers.dropout({ rate: 0.5, name: 'careless' })
    await assert.rejects(
      compile(({ x }) => ({ y: dropout.apply(x!, { training: true }) as tf.Tensor })),
      unsupported(/made by \w+ in or after layer careless/),
    )
    await assert.rejects(
      compile(({ x }) => ({ y: tf.add(x!, tf.tensor([1, 2, 3, 4])) })),
      unsupported(/outside any layer/),
    )
  })

  it('refuse kernels without a rule, naming kernel and layer', async () => {
    class Odd extends layers.Layer {
      static className = 'Odd'
      override call(inputs: tf.Tensor | tf.Tensor[]) {
        return tf.unique([inputs].flat()[0]!).values
      }
    }
    const odd = new Odd({ name: 'odd_one' })
    await assert.rejects(
      compile(({ x }) => ({ y: odd.apply(x!) as tf.Tensor })),
      unsupported(/no rule for Unique, called in or after layer odd_one/),
    )
  })

  it('take denormal numbers for zero, on which processors are slow', async () => {
    const step = await compile(({ x }) => ({ y: tf.mul(x!, 0.5) }))
    const { y } = await step.run({ x: Float32Array.of(1, 2e-38, 1e-38, -4e-45) })
    assert.deepEqual(y, Float32Array.of(0.5, 0, 0, -0))
    await step.dispose()
  })

  it('refuse to read values', async () => {
    await assert.rejects(
      compile(({ x }) => ({ y: tf.mul(x!, tf.sum(x!).dataSync()[0]!) })),
      unsupported(/values were read/),
    )
  })

  it('insist on variables being declared', async () => {
    const hidden = tf.variable(tf.zeros([4]), false, 'hidden')
    await assert.rejects(
      compile(({ x }) => ({ y: tf.add(x!, hidden) })),
      /hidden is read but not/,
    )
    await assert.rejects(
      compile(({ x }) => {
        hidden.assign(x!)
        return { y: x! }
      }),
      /hidden is assigned but not/,
    )
    hidden.dispose()
  })

  it('leave variables, backend and memory as they were when they fail', async () => {
    const weight = tf.variable(tf.tensor([1, 2, 3, 4]))
    const [before, backend] = [tf.memory().numTensors, tf.getBackend()]
    await assert.rejects(
      compile(
        ({ x }) => {
          weight.assign(tf.add(weight, x!))
          throw new Error('broken')
        },
        [weight],
      ),
      /broken/,
    )
    assert.deepEqual([...weight.dataSync()], [1, 2, 3, 4])
    assert.deepEqual([tf.memory().numTensors, tf.getBackend()], [before, backend])
    weight.dispose()
  })

  it('refuse feeds of another length or type', async () => {
    const step = await compile(({ x }) => ({ y: tf.neg(x!) }))
    await assert.rejects(step.run({ x: new Float32Array(3) }), /x wants Float32Array of 4/)
    await assert.rejects(step.run({ x: new Int32Array(4) }), /got Int32Array of 4/)
    await assert.rejects(step.run({}), /got nothing/)
  })

  it('do not ask for inputs that they do not use', async () => {
    const step = await compile(() => ({ y: tf.scalar(3) }))
    assert.deepEqual([...(await step.run({})).y!], [3])
  })
})

/** By name: the loader may hold a second copy of the class for what is imported late. */
function unsupported(message: RegExp) {
  return ({ name, code, message: text }: Error & { code?: string }) =>
    name === 'AppError' && code === 'engine_unsupported' && message.test(text)
}
