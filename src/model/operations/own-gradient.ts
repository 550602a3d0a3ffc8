import { customGrad, type Tensor } from '@tensorflow/tfjs-core'

interface Operation<Output extends Tensor> {
  /** The result, and the tensors that the gradient needs. */
  readonly forward: (inputs: readonly Tensor[]) => { value: Output; saved: Tensor[] }
  /** One gradient for each input, from the result's and from what was saved. */
  readonly backward: (upstream: Tensor, saved: readonly Tensor[]) => Tensor[]
}

/** Computes with a gradient of our own instead of the ones of the kernels used; `backward` sees only what was saved. */
export function withGradient<Output extends Tensor>(
  inputs: readonly Tensor[],
  { forward, backward }: Operation<Output>,
): Output {
  const operation = customGrad<Output>((...parts) => {
    const save = parts[inputs.length] as unknown as (tensors: Tensor[]) => void
    const { value, saved } = forward(parts.slice(0, inputs.length) as Tensor[])
    save(saved)
    return { value, gradFunc: (upstream, kept) => backward(upstream, kept) }
  })
  return operation(...(inputs as Tensor[]))
}
