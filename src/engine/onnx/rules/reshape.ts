import {
  at,
  batchLast,
  isBatchLast,
  rowMajor,
  storedShape,
  wideAxes,
  type Order,
} from '../layout.js'
import { attribute, input, sameShape, type Call, type Meta, type Shape } from '../values.js'
import { refill, type Rule } from './rule.js'

/** Kernels that only rename axes; most of them cost nothing. */
export const reshapeRules: Readonly<Record<string, Rule>> = {
  Reshape: reshape('x', (call) =>
    inferred(attribute<Shape>(call, 'shape'), input(call, 'x').shape),
  ),
  ExpandDims: reshape('input', (call) => {
    const { shape } = input(call, 'input')
    const dim = attribute<number>(call, 'dim')
    return shape.toSpliced(dim < 0 ? dim + shape.length + 1 : dim, 0, 1)
  }),
  Transpose: {
    outputs: (call) => {
      const { shape, dtype } = input(call, 'x')
      return [{ shape: permutation(call).map((axis) => at(shape, axis)), dtype }]
    },
    simplify: (call, fill) => refill(call, 'x', permuted(call), fill),
    emit(call, { place }) {
      const { name, order } = place(input(call, 'x'))
      return [{ name, order: order.map((axis) => permutation(call).indexOf(axis)) }]
    },
  },
}

function reshape(name: string, target: (call: Call) => Shape): Rule {
  const meta = (call: Call): Meta => ({ shape: target(call), dtype: input(call, name).dtype })
  return {
    outputs: (call) => [meta(call)],
    simplify(call, fill) {
      const x = input(call, name)
      return sameShape(x.shape, target(call)) ? x : refill(call, name, meta(call), fill)
    },
    emit(call, lowering) {
      const x = input(call, name)
      const order = reshapedOrder(x.shape, lowering.place(x).order, target(call))
      const source = lowering.inOrder(x, order.from)
      return [
        { name: lowering.reshape(source, storedShape(target(call), order.to)), order: order.to },
      ]
    },
  }
}

/**
 * A layout to read the input in and the layout the output then has; anything but row-major saves a transpose. Maps that
 * become sequences [B,S,C] are transposed once, here, as every product that follows wants rows.
 */
function reshapedOrder(from: Shape, order: Order, to: Shape): { from: Order; to: Order } {
  const [wideFrom, wideTo] = [from, to].map((shape) => wideAxes(shape, rowMajor(shape.length)))
  const unchanged =
    wideFrom &&
    wideTo &&
    sameShape(
      wideFrom.map((a) => at(from, a)),
      wideTo.map((a) => at(to, a)),
    )
  if (unchanged) {
    const moved = wideAxes(from, order).map((axis) => at(wideTo, wideFrom.indexOf(axis)))
    const narrow = rowMajor(to.length).filter((axis) => to[axis] === 1)
    return { from: order, to: [...narrow, ...moved] }
  }
  const isSequence = from.length === 4 && to.length === 3
  if (isBatchLast(from, order) && from[0] === to[0] && !isSequence) {
    return { from: batchLast(from.length), to: batchLast(to.length) }
  }
  return { from: rowMajor(from.length), to: rowMajor(to.length) }
}

function inferred(target: Shape, from: Shape): number[] {
  const known = target.filter((size) => size >= 0).reduce((a, b) => a * b, 1)
  const total = from.reduce((a, b) => a * b, 1)
  return target.map((size) => (size < 0 ? total / known : size))
}

function permutation(call: Call): number[] {
  return [...attribute<Shape>(call, 'perm')]
}

function permuted(call: Call): Meta {
  const { shape, dtype } = input(call, 'x')
  return { shape: permutation(call).map((axis) => at(shape, axis)), dtype }
}
