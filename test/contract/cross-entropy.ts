import { valueAndGrad, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core'
import type { Engine } from '../../src/engine/compile.js'
import { lossOf } from '../../src/model/losses.js'
import { largestError, type FixtureTensor } from '../model/fixtures.js'

/** A case of the fixture file of losses; its README explains the fields. */
export interface LossCase {
  readonly name: string
  readonly tensors: { readonly input: FixtureTensor; readonly target: FixtureTensor }
  readonly value: FixtureTensor
  readonly grad_input: FixtureTensor
}

/** The largest relative errors of the cross entropy of a case and of its gradient. */
export async function crossEntropyErrors(
  engine: Engine,
  { tensors, value, grad_input }: LossCase,
): Promise<{ value: number; gradient: number }> {
  const loss = lossOf({ name: 'cross_entropy' })
  const compute = ({ x, y }: Record<string, Tensor>) => {
    const both = valueAndGrad((logits) => loss(logits as Tensor2D, y as Tensor1D))(x!)
    return { value: both.value, gradient: both.grad }
  }
  const step = await engine.compile(compute, {
    inputs: {
      x: { shape: tensors.input.shape, dtype: 'float32' },
      y: { shape: tensors.target.shape, dtype: 'int32' },
    },
    state: [],
  })
  const out = await step.run({
    x: Float32Array.from(tensors.input.data),
    y: Int32Array.from(tensors.target.data),
  })
  const errors = {
    value: largestError(out['value']!, value.data),
    gradient: largestError(out['gradient']!, grad_input.data),
  }
  await step.dispose()
  return errors
}
