import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import type { Engine, Feed, InputSpec } from '../../src/engine/compile.js'
import { largestDifference, scattered } from './engine-values.js'

export type Inputs = Readonly<Record<string, InputSpec>>

export type Operation = (inputs: Record<string, tf.Tensor>) => tf.Tensor

/** Gradients of `sum(weights * operation)` by every float input, computed by the engine. */
export async function gradientsOn(
  engine: Engine,
  operation: Operation,
  inputs: Inputs,
  feeds: Record<string, Feed>,
): Promise<Record<string, Feed>> {
  const shape = outputShape(operation, inputs, feeds)
  const names = floatInputs(inputs)
  const step = await engine.compile(
    ({ weights, ...rest }) => {
      const gradients = tf.grads((...parts: tf.Tensor[]) => {
        const given = Object.fromEntries(names.map((name, index) => [name, parts[index]!]))
        return tf.sum(tf.mul(operation({ ...rest, ...given }), weights!))
      })(names.map((name) => rest[name]!))
      return Object.fromEntries(names.map((name, index) => [name, gradients[index]!]))
    },
    { inputs: { ...inputs, weights: { shape, dtype: 'float32' } }, state: [] },
  )
  const results = await step.run({ ...feeds, weights: weightsFor(shape) })
  await step.dispose()
  return results
}

/**
 * Compares the engine's gradients with central differences of its own forward pass, summed in float64: along some single
 * elements, and along directions that move all. The feeds must keep a distance of more than `step` from every kink.
 */
export async function checkGradients(
  engine: Engine,
  operation: Operation,
  inputs: Inputs,
  feeds: Record<string, Feed>,
  { step = 4e-3, tolerance = 5e-3 } = {},
): Promise<void> {
  const weights = weightsFor(outputShape(operation, inputs, feeds))
  const forward = await engine.compile((given) => ({ y: operation(given) }), { inputs, state: [] })
  const total = async (given: Record<string, Feed>) => {
    const { y } = await forward.run(given)
    return weights.reduce((sum, weight, index) => sum + weight * y![index]!, 0)
  }
  const analytic = await gradientsOn(engine, operation, inputs, feeds)
  for (const name of floatInputs(inputs)) {
    const values = Float32Array.from(feeds[name]!)
    const directions = directionsFor(values.length)
    const numeric: number[] = []
    for (const direction of directions) {
      const [up, down] = [step, -step].map((change) => along(values, direction, change))
      const rise =
        (await total({ ...feeds, [name]: up! })) - (await total({ ...feeds, [name]: down! }))
      const index = direction.findIndex((part) => part !== 0)
      numeric.push((rise / (up![index]! - down![index]!)) * direction[index]!)
    }
    const slopes = directions.map((direction) => inner(direction, analytic[name]!))
    const difference = largestDifference(slopes, numeric)
    assert.ok(difference < tolerance, `gradient by ${name} is off by ${difference}`)
  }
  await forward.dispose()
}

const elements = 8

/** The axes of some elements spread over the tensor, and two directions through all of them. */
function directionsFor(size: number): Float32Array[] {
  const stride = Math.max(1, Math.floor(size / elements))
  const single = Array.from({ length: Math.ceil(size / stride) }, (_, index) => {
    const direction = new Float32Array(size)
    direction[index * stride] = 1
    return direction
  })
  const all = scattered(size)
  return [...single, all, all.map((part, index) => (index % 2 === 0 ? part : -part))]
}

function along(values: Float32Array, direction: Float32Array, change: number): Float32Array {
  return values.map((value, index) => value + change * direction[index]!)
}

function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, index) => sum + value * b[index]!, 0)
}

function floatInputs(inputs: Inputs): string[] {
  return Object.keys(inputs).filter((name) => inputs[name]!.dtype === 'float32')
}

function weightsFor(shape: readonly number[]): Float32Array {
  return scattered(shape.reduce((product, size) => product * size, 1))
}

function outputShape(operation: Operation, inputs: Inputs, feeds: Record<string, Feed>): number[] {
  return tf.tidy(() => {
    const tensors = Object.entries(inputs).map(
      ([name, { shape, dtype }]) =>
        [name, tf.tensor(feeds[name]!.slice(), [...shape], dtype)] as const,
    )
    return operation(Object.fromEntries(tensors)).shape
  })
}
