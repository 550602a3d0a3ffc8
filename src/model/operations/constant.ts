import { engine, type Tensor } from '@tensorflow/tfjs-core'

/**
 * A tensor of numbers that belong to an operation, like the places that a window reads. It lies on the cpu backend, so
 * that a traced step takes its values as given; values that change from step to step must be inputs of the step instead.
 */
export function constant(
  values: readonly number[],
  shape: readonly number[],
  dtype: 'float32' | 'int32' = 'float32',
): Tensor {
  const typed = dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values)
  return engine().makeTensor(typed, [...shape], dtype, engine().findBackend('cpu'))
}
