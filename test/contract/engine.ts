import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import type { Engine } from '../../src/engine/compile.js'
import { openEngine, type EngineName } from '../../src/engine/engines.js'
import { convolutionNetwork, denseNetwork, type Network } from './engine-networks.js'
import { operationCases } from './engine-operations.js'
import { feedsFor, largestDifference } from './engine-values.js'
import { checkGradients, gradientsOn } from './gradient-check.js'

/** What every engine promises; the plain cpu engine is the reference. */
export function engineContract(name: EngineName): void {
  let engine: Engine
  let reference: Engine

  before(async () => {
    reference = await openEngine({ name: 'cpu', device: 'cpu', threads: 1 })
    engine = await openEngine({ name, device: 'cpu', threads: 2 })
  })
  beforeEach(() => tf.setBackend(name === 'tensorflow' ? 'tensorflow' : 'cpu'))
  after(async () => {
    await engine.dispose()
    await reference.dispose()
    await tf.setBackend('cpu')
  })

  describe('operations', () => {
    for (const {
      title,
      inputs,
      operation,
      positive = false,
      below = 3,
      differentiable = true,
      wrongReference = false,
    } of operationCases) {
      it(`computes ${title} as the reference does`, async () => {
        const feeds = feedsFor(inputs, { positive, below })
        const [actual, expected] = [await outputOf(engine), await outputOf(reference)]
        assert.ok(largestDifference(actual, expected) < 2e-6)
        if (!differentiable || wrongReference) return
        const gradients = await gradientsOn(engine, operation, inputs, feeds)
        const wanted = await gradientsOn(reference, operation, inputs, feeds)
        for (const key of Object.keys(wanted)) {
          const difference = largestDifference(gradients[key]!, wanted[key]!)
          assert.ok(difference < 5e-6, `gradient by ${key} differs by ${difference}`)
        }

        async function outputOf(on: Engine) {
          const step = await on.compile((given) => ({ y: operation(given) }), { inputs, state: [] })
          const { y } = await step.run(feeds)
          await step.dispose()
          return y!
        }
      })
    }
  })

  describe('gradients', () => {
    for (const {
      title,
      inputs,
      operation,
      positive = false,
      below = 3,
      differentiable = true,
      wrongReference = false,
    } of operationCases) {
      if (!differentiable || (wrongReference && name === 'cpu')) continue
      it(`of ${title} follow finite differences`, () =>
        checkGradients(engine, operation, inputs, feedsFor(inputs, { positive, below })))
    }
  })

  for (const [title, create] of [
    ['a dense network with Adam', denseNetwork],
    ['a convolution network with momentum', convolutionNetwork],
  ] as const) {
    it(`trains ${title} step by step like the reference`, async () => {
      const [actual, expected] = [await train(engine, create()), await train(reference, create())]
      assert.ok(largestDifference(actual.losses, expected.losses) < 1e-5)
      actual.weights.forEach((weights, index) => {
        assert.ok(largestDifference(weights, expected.weights[index]!) < 1e-4)
      })
    })
  }

  it('gives the same bits twice', async () => {
    const [once, again] = [
      await train(engine, convolutionNetwork()),
      await train(engine, convolutionNetwork()),
    ]
    assert.deepEqual(once, again)
  })

  it('keeps one state for steps of different batch sizes', async () => {
    const network = denseNetwork()
    const mixed = await train(engine, network, [4, 2, 4, 3, 4])
    const expected = await train(reference, denseNetwork(), [4, 2, 4, 3, 4])
    assert.ok(largestDifference(mixed.losses, expected.losses) < 1e-5)
  })

  it('takes changed variables over on write, and gives its own on read', async () => {
    const weight = tf.variable(tf.tensor([1, 2, 3]))
    const kernel = tf.variable(tf.reshape(tf.range(0, 24), [2, 1, 3, 4]))
    const step = await engine.compile(
      ({ x }) => {
        weight.assign(tf.add(weight, x!))
        kernel.assign(tf.mul(kernel, 2))
        return { sum: tf.sum(weight) }
      },
      { inputs: { x: { shape: [], dtype: 'float32' } }, state: [weight, kernel] },
    )
    const once = await step.run({ x: Float32Array.of(1) })
    await step.read()
    assert.deepEqual([...weight.dataSync()], [2, 3, 4])
    assert.deepEqual(
      [...kernel.dataSync()],
      Array.from({ length: 24 }, (_, i) => i * 2),
    )
    const fresh = tf.tensor([10, 20, 30])
    weight.assign(fresh)
    await step.write()
    const { sum } = await step.run({ x: Float32Array.of(2) })
    assert.deepEqual([[...once['sum']!], [...sum!]], [[9], [66]])
    await step.read()
    assert.deepEqual([...weight.dataSync()], [12, 22, 32])
    assert.deepEqual(
      [...kernel.dataSync()],
      Array.from({ length: 24 }, (_, i) => i * 4),
    )
  })

  it('keeps variables apart that are updated alike, also in steps that know only some of them', async () => {
    const variables = [[1, 2], [3], [4, 5, 6]].map((values) => tf.variable(tf.tensor(values)))
    const [, second] = variables
    const all = await engine.compile(
      ({ rate }) => {
        for (const variable of variables) {
          const slope = tf.exp(tf.mul(variable, 0))
          variable.assign(tf.sub(tf.mul(variable, 2), tf.mul(slope, rate!)))
        }
        return {}
      },
      { inputs: { rate: { shape: [], dtype: 'float32' } }, state: variables },
    )
    const some = await engine.compile(
      () => {
        const before = second!.clone()
        second!.assign(tf.add(second!, 100))
        return { before }
      },
      { inputs: {}, state: [second!] },
    )
    await all.run({ rate: Float32Array.of(1) })
    const { before } = await some.run({})
    await all.run({ rate: Float32Array.of(0) })
    await all.read()
    assert.deepEqual([...before!], [5])
    assert.deepEqual(
      variables.map((variable) => [...variable.dataSync()]),
      [[2, 6], [210], [14, 18, 22]],
    )
  })

  it('hands out outputs that later runs leave alone', async () => {
    const counter = tf.variable(tf.scalar(0))
    const step = await engine.compile(
      () => {
        counter.assign(tf.add(counter, 1))
        return { count: counter.clone(), also: tf.reshape(counter, [1]) }
      },
      { inputs: {}, state: [counter] },
    )
    const runs = [await step.run({}), await step.run({}), await step.run({})]
    assert.deepEqual(
      runs.map(({ count, also }) => [...count!, ...also!]),
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    )
  })

  it('computes with tensors from before the step and with variables that share their data', async () => {
    const start = tf.tensor([1, 2])
    const [a, b] = [tf.variable(start), tf.variable(start)]
    const step = await engine.compile(
      () => {
        a.assign(tf.add(b, start))
        return { y: tf.concat([a, b], 0) }
      },
      { inputs: {}, state: [a, b] },
    )
    await step.run({})
    const { y } = await step.run({})
    assert.deepEqual([...y!], [2, 4, 1, 2])
  })

  it('leaves no tensors and the same backend behind', async () => {
    const network = convolutionNetwork()
    const [backend, before] = [tf.getBackend(), tf.memory().numTensors]
    const step = await engine.compile(network.step, {
      inputs: network.inputs(2),
      state: network.state,
    })
    await step.run(network.feeds(2, 0))
    await step.read()
    await step.write()
    assert.deepEqual([tf.getBackend(), tf.memory().numTensors], [backend, before])
    network.dispose()
  })
}

async function train(engine: Engine, network: Network, batches = [4, 4, 4, 4, 4]) {
  const { state } = network
  const losses: number[] = []
  const steps = new Map<number, Awaited<ReturnType<Engine['compile']>>>()
  for (const [index, batch] of batches.entries()) {
    const known = steps.get(batch)
    const step =
      known ?? (await engine.compile(network.step, { inputs: network.inputs(batch), state }))
    steps.set(batch, step)
    const { loss } = await step.run(network.feeds(batch, index))
    losses.push(loss![0]!)
  }
  await steps.get(batches[0]!)!.read()
  const weights = state.map((variable) => Float32Array.from(variable.dataSync()))
  for (const step of steps.values()) await step.dispose()
  network.dispose()
  return { losses, weights }
}
