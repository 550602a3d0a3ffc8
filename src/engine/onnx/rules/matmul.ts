import type { Graph } from '../graph.js'
import { sameLayout, rowMajor, storedShape, type Order } from '../layout.js'
import type { Lowering, Placed } from '../lowering.js'
import { attribute, input, sizeOf, type Call, type Meta, type Value } from '../values.js'
import { activate } from './activation.js'
import type { Rule } from './rule.js'

/** Products of matrices, with tfjs' fused bias and activation. */
export const matmulRules: Readonly<Record<string, Rule>> = {
  BatchMatMul: {
    outputs: (call) => [productMeta(call)],
    emit: (call, lowering) => [multiply(call, lowering)],
  },
  _FusedMatMul: {
    outputs: (call) => [productMeta(call)],
    emit: (call, lowering) => [
      multiply(call, lowering, (name, order) => finish(call, lowering, name, order)),
    ],
  },
}

function productMeta(call: Call): Meta {
  const [a, b] = [input(call, 'a'), input(call, 'b')]
  const rank = Math.max(a.shape.length, b.shape.length)
  const batch = rowMajor(rank - 2).map((axis) => {
    const left = a.shape[axis - rank + a.shape.length] ?? 1
    return left === 1 ? (b.shape[axis - rank + b.shape.length] ?? 1) : left
  })
  const rows = a.shape.at(transposes(call, 'A') ? -1 : -2) ?? 1
  const columns = b.shape.at(transposes(call, 'B') ? -2 : -1) ?? 1
  return { shape: [...batch, rows, columns], dtype: 'float32' }
}

function transposes(call: Call, side: 'A' | 'B'): boolean {
  return attribute<boolean | undefined>(call, `transpose${side}`) === true
}

/** Bias and activation of a fused product that lies in an order of axes. */
function finish(call: Call, lowering: Lowering, name: string, order: Order): string {
  const { bias } = call.inputs
  const biased = bias ? lowering.graph.add('Add', [name, lowering.operand(bias, order)]) : name
  return activate(call, lowering, biased, order)
}

/** What follows a product before it gets its shape: the name of the result, in the same order. */
type Finish = (name: string, order: Order) => string

function multiply(call: Call, lowering: Lowering, then: Finish = (name) => name): Placed {
  const { shape } = productMeta(call)
  if (sizeOf(shape.slice(0, -2)) === 1 && isMatrix(call)) return gemm(call, lowering, then)
  const { name, order } = batched(call, lowering)
  return { name: then(name, order), order }
}

/** Whether both operands are matrices but for leading ones, and what follows broadcasts to one. */
function isMatrix(call: Call): boolean {
  const { bias, preluActivationWeights: slopes } = call.inputs
  const isFlat = ({ shape }: Value) => sizeOf(shape.slice(0, -2)) === 1
  return (
    isFlat(input(call, 'a')) &&
    isFlat(input(call, 'b')) &&
    [bias, slopes].every((operand) => (operand?.shape.length ?? 0) <= 2)
  )
}

interface Matrix {
  readonly name: string
  /** Whether memory holds the transpose of what is multiplied. */
  readonly flipped: boolean
}

/**
 * One Gemm and what follows it, its operands read as they lie. A batch-last left operand gives a batch-last product, computed as the
 * transposed product of the swapped operands.
 */
function gemm(call: Call, lowering: Lowering, then: Finish): Placed {
  const { graph, reshape } = lowering
  const { shape } = productMeta(call)
  const a = matrix(lowering, input(call, 'a'), transposes(call, 'A'))
  const b = matrix(lowering, input(call, 'b'), transposes(call, 'B'))
  const batchLast = a.flipped && !transposes(call, 'A')
  const [left, right] = batchLast ? [flip(b), flip(a)] : [a, b]
  const name = then(product(graph, left, right), batchLast ? [1, 0] : [0, 1])
  const rank = shape.length
  const tail = batchLast ? [rank - 1, rank - 2] : [rank - 2, rank - 1]
  const order = [...rowMajor(rank - 2), ...tail]
  const stored = storedShape(shape, order)
  return { name: rank === 2 ? name : reshape(name, stored, stored.slice(-2)), order }
}

/** ONNX Runtime joins a MatMul, but not a Gemm, with the bias and the activation that follow. */
function product(graph: Graph, left: Matrix, right: Matrix): string {
  const names = [left.name, right.name]
  if (!left.flipped && !right.flipped) return graph.add('MatMul', names)
  const attributes = { transA: Number(left.flipped), transB: Number(right.flipped) }
  return graph.add('Gemm', names, { attributes })
}

function flip({ name, flipped }: Matrix): Matrix {
  return { name, flipped: !flipped }
}

function matrix(lowering: Lowering, value: Value, transposed: boolean): Matrix {
  const rank = value.shape.length
  const plain = rowMajor(rank)
  const swapped: Order = [...rowMajor(rank - 2), rank - 1, rank - 2]
  const own = lowering.place(value).order
  const isSwapped = sameLayout(value.shape, own, swapped) && !sameLayout(value.shape, own, plain)
  const order = isSwapped ? swapped : plain
  const name = lowering.inOrder(value, order)
  const dims = storedShape(value.shape, order)
  return {
    name: rank === 2 ? name : lowering.reshape(name, dims.slice(-2)),
    flipped: isSwapped !== transposed,
  }
}

function batched(call: Call, lowering: Lowering): Placed {
  const { shape } = productMeta(call)
  const { graph } = lowering
  const name = graph.add('FusedMatMul', [plainName('a'), plainName('b')], {
    domain: 'com.microsoft',
    attributes: { transA: Number(transposes(call, 'A')), transB: Number(transposes(call, 'B')) },
  })
  return { name, order: rowMajor(shape.length) }

  function plainName(side: string): string {
    const value = input(call, side)
    return lowering.inOrder(value, rowMajor(value.shape.length))
  }
}
