import { gather, pad, reshape, sum, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import { constant } from './constant.js'
import { withGradient } from './own-gradient.js'

/**
 * The slices at the given positions of an axis, in that order. The gradient of a position is the sum over its uses,
 * gathered instead of scattered.
 */
export function takeAlong(input: Tensor, axis: number, positions: readonly number[]): Tensor {
  const length = input.shape[axis] ?? 1
  return withGradient([input], {
    forward: ([x = input]) => ({ value: pick(x, axis, positions), saved: [] }),
    backward(upstream) {
      const uses = usesOf(positions, length)
      const most = Math.max(...uses.map((list) => list.length))
      const none = positions.length
      const filled = uses.flatMap((list) => [
        ...list,
        ...Array<number>(most - list.length).fill(none),
      ])
      const padding = upstream.shape.map((_, i): [number, number] => [0, i === axis ? 1 : 0])
      const parts = pick(pad(upstream, padding), axis, filled)
      return [sum(reshape(parts, upstream.shape.toSpliced(axis, 1, length, most)), axis + 1)]
    },
  })
}

function pick(x: Tensor, axis: number, positions: readonly number[]): Tensor {
  return gather(x, constant(positions, [positions.length], 'int32') as Tensor1D, axis)
}

/** For each position of the axis, where it is used. */
function usesOf(positions: readonly number[], length: number): number[][] {
  const uses = Array.from({ length }, (): number[] => [])
  positions.forEach((position, index) => uses[position]?.push(index))
  return uses
}
