import { broadcastTo, einsum as plainEinsum, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { withGradient } from './own-gradient.js'

/**
 * Sums of products of one or two tensors over axes named by letters, as `ij,jk->ik`; of two, every letter is in the
 * result or in both, as tfjs' plain backend miscounts others. Unlike tfjs' own it has a gradient: that of an operand is
 * the product of the upstream gradient and the other operand, by the same letters.
 */
export function einsum(equation: string, ...operands: Tensor[]): Tensor {
  const [left = '', result = ''] = equation.split('->')
  const names = left.split(',')
  return withGradient(operands, {
    forward: (tensors) => ({ value: plainEinsum(equation, ...tensors), saved: [...tensors] }),
    backward: (upstream, tensors) =>
      tensors.map((operand, position) => {
        const own = names[position] ?? ''
        const others = names.flatMap((letters, index) => (index === position ? [] : [letters]))
        const factors = tensors.filter((_, index) => index !== position)
        return gradientOf(own, operand, [result, ...others], [upstream, ...factors])
      }),
  })
}

/** Letters that only this operand has were summed alone: their gradient is the same all along. */
function gradientOf(own: string, operand: Tensor, names: string[], factors: Tensor[]): Tensor {
  const shared = Array.from(own)
    .filter((letter) => names.join('').includes(letter))
    .join('')
  const product = plainEinsum(`${names.join(',')}->${shared}`, ...factors)
  if (shared === own) return product
  const dims = Array.from(own).map((letter, axis) =>
    shared.includes(letter) ? (operand.shape[axis] ?? 1) : 1,
  )
  return broadcastTo(reshape(product, dims), operand.shape as never)
}
