import { customGrad, type Tensor } from '@tensorflow/tfjs-core'

/**
 * A function of one tensor whose gradient is known in closed form. tfjs disposes of everything else that was made on the
 * way forward, so what both directions need comes in as constants. `gradient` gets what arrives from above first.
 */
export function withGradient<Constants extends readonly Tensor[]>(
  input: Tensor,
  constants: Constants,
  value: (x: Tensor, ...constants: Constants) => Tensor,
  gradient: (upstream: Tensor, x: Tensor, ...constants: Constants) => Tensor,
): Tensor {
  const operation = customGrad((x, save) => {
    ;(save as unknown as (tensors: Tensor[]) => void)([x as Tensor, ...constants])
    return {
      value: value(x as Tensor, ...constants),
      gradFunc: (upstream: Tensor, [saved, ...rest]: Tensor[]) =>
        gradient(upstream, saved as Tensor, ...(rest as unknown as Constants)),
    }
  })
  return operation(input)
}
