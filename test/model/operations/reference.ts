import { mul, sum, valueAndGrads, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import type { Engine } from '../../../src/engine/compile.js'
import { scattered } from '../../contract/engine-values.js'

export interface Array4 {
  readonly shape: readonly [number, number, number, number]
  readonly values: Float64Array
}

/** Scattered numbers that float32 holds exactly. */
export function numbers(shape: Array4['shape'], range = 1): Array4 {
  const size = shape.reduce((product, length) => product * length, 1)
  return { shape, values: Float64Array.from(scattered(size, range)) }
}

export function zeros(shape: Array4['shape']): Array4 {
  return { shape, values: new Float64Array(shape.reduce((product, length) => product * length, 1)) }
}

/** Where an element lies in the list of values. */
export function index(shape: Array4['shape'], at: readonly number[]): number {
  return at.reduce((sum, position, axis) => sum * shape[axis]! + position, 0)
}

export function range(length: number): number[] {
  return Array.from({ length }, (_, position) => position)
}

/** The result of an operation on the engine, and its gradients by each operand for the given upstream gradient. */
export async function computed(
  engine: Engine,
  operands: readonly Array4[],
  upstream: Array4,
  operation: (...operands: Tensor[]) => Tensor,
): Promise<{ value: ArrayLike<number>; gradients: ArrayLike<number>[] }> {
  const all = [...operands, upstream].map((array, position) => [`${position}`, array] as const)
  const step = await engine.compile(
    (given) => {
      const tensors = operands.map((_, position) => given[position]!)
      const value = operation(...tensors)
      const { grads } = valueAndGrads((...parts: Tensor[]) =>
        sum<Scalar>(mul<Tensor>(operation(...parts), given[operands.length]!)),
      )(tensors)
      const named = grads.map((gradient, i): [string, Tensor] => [`d${i}`, gradient])
      return { value, ...Object.fromEntries(named) }
    },
    {
      inputs: Object.fromEntries(
        all.map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }]),
      ),
      state: [],
    },
  )
  const feeds = all.map(([name, { values }]) => [name, Float32Array.from(values)] as const)
  const results = await step.run(Object.fromEntries(feeds))
  await step.dispose()
  return { value: results['value']!, gradients: operands.map((_, i) => results[`d${i}`]!) }
}
