import { inputPosition, type Side } from '../../windows.js'
import { rowMajor } from '../../layout.js'

/** Rows of numbers. */
export type Matrix = readonly (readonly number[])[]

/**
 * A convolution along one axis as products of sums: y = outputᵀ((filter w) ∘ (input x)), one row of each matrix for each
 * product. The gradients have the same products: dx = inputᵀ((filter w) ∘ (output dy)) and
 * dw = filterᵀ((output dy) ∘ (input x)).
 */
export interface Bilinear {
  readonly input: Matrix
  readonly filter: Matrix
  readonly output: Matrix
}

/** A product: weights of what it takes part in, by position counted from the tile's first output or input. */
interface Product {
  readonly input: readonly number[]
  readonly filter: readonly number[]
  readonly output: readonly number[]
}

/**
 * Few products for a window that slides over an axis: tiles of four and two outputs where three taps move by one, and
 * else one product for each tap that meets an input. What meets only padding is left out.
 */
export function bilinearAlong(side: Side): Bilinear {
  const { output, before, stride, dilation, window } = side
  const isTiled = stride === 1 && dilation === 1 && window === 3
  const products: Product[] = []
  let start = 0
  while (start < output) {
    const size = isTiled ? tileSize(output - start) : 1
    for (const product of isTiled ? tileOf(side, start, size) : tapByTap(side, start)) {
      const input = shifted(product.input, start * stride - before, side.input)
      if (input.some((weight) => weight !== 0)) {
        products.push({ ...product, input, output: shifted(product.output, start, output) })
      }
    }
    start += size
  }
  return {
    input: products.map((product) => product.input),
    filter: products.map((product) => product.filter),
    output: products.map((product) => product.output),
  }
}

function tileSize(left: number): number {
  if (left >= 4) return 4
  return left >= 2 ? 2 : 1
}

function tileOf(side: Side, start: number, size: number): readonly Product[] {
  if (size === 4) return fourOutputs
  if (size === 1) return tapByTap(side, start)
  const [first, last] = [inputPosition(side, start, 0), inputPosition(side, start + 1, 2)]
  return first >= 0 && last >= 0 ? twoOutputs : twoAtTheEdge
}

function tapByTap(side: Side, output: number): readonly Product[] {
  const taps = rowMajor(side.window)
  const unit = (size: number, at: number) => rowMajor(size).map((index) => Number(index === at))
  return taps
    .filter((tap) => inputPosition(side, output, tap) >= 0)
    .map((tap) => ({
      input: unit(tap * side.dilation + 1, tap * side.dilation),
      filter: unit(side.window, tap),
      output: [1],
    }))
}

/** Winograd's F(2,3): the product of polynomials at 0, 1, -1 and infinity, transposed. */
const twoOutputs: readonly Product[] = [
  { input: [1, 0, -1, 0], filter: [1, 0, 0], output: [1, 0] },
  { input: [0, 1, 1, 0], filter: [0.5, 0.5, 0.5], output: [1, 1] },
  { input: [0, -1, 1, 0], filter: [0.5, -0.5, 0.5], output: [1, -1] },
  { input: [0, 1, 0, -1], filter: [0, 0, 1], output: [0, -1] },
]

/** Karatsuba's three products for the two inputs in the middle; those of outer inputs vanish where they are padding. */
const twoAtTheEdge: readonly Product[] = [
  { input: [0, 1, 1, 0], filter: [0, 1, 0], output: [1, 1] },
  { input: [0, 0, 1, 0], filter: [0, -1, 1], output: [1, 0] },
  { input: [0, 1, 0, 0], filter: [1, -1, 0], output: [0, 1] },
  { input: [1, 0, 0, 0], filter: [1, 0, 0], output: [1, 0] },
  { input: [0, 0, 0, 1], filter: [0, 0, 1], output: [0, 1] },
]

/**
 * Four outputs in seven products: at 0, 1, -1 and infinity and, with Karatsuba's three, modulo x^2 + 1 (Barabasz and
 * Gregg, 2019). Six would do, but need points beyond 1 that cost a digit; here all weights are at most 1.
 */
const fourOutputs: readonly Product[] = [
  { input: [1, 0, 0, 0, -1, 0], filter: [1, 0, 0], output: [1, 0, 0, 0] },
  { input: [0, 1, 1, 1, 1, 0], filter: [0.25, 0.25, 0.25], output: [1, 1, 1, 1] },
  { input: [0, -1, 1, -1, 1, 0], filter: [0.25, -0.25, 0.25], output: [1, -1, 1, -1] },
  { input: [0, -1, -1, 1, 1, 0], filter: [0.5, 0, -0.5], output: [1, 0, -1, 0] },
  { input: [0, -1, 1, 1, -1, 0], filter: [0, 0.5, 0], output: [0, 1, 0, -1] },
  { input: [0, 1, 0, -1, 0, 0], filter: [0.5, 0.5, -0.5], output: [1, 1, -1, -1] },
  { input: [0, -1, 0, 0, 0, 1], filter: [0, 0, 1], output: [0, 0, 0, 1] },
]

/** Weights moved to where they belong on an axis; those that fall outside are dropped. */
function shifted(weights: readonly number[], by: number, size: number): number[] {
  return rowMajor(size).map((position) => weights[position - by] ?? 0)
}

/** The same along two axes, row-major: every pair of rows and of columns. */
export function kronecker(a: Matrix, b: Matrix): Matrix {
  return a.flatMap((left) => b.map((right) => left.flatMap((x) => right.map((y) => x * y))))
}

export function transposed(matrix: Matrix): Matrix {
  const [first = []] = matrix
  return first.map((_, column) => matrix.map((row) => row[column] ?? 0))
}

export function isIdentity(matrix: Matrix): boolean {
  return matrix.every(
    (row, index) =>
      row.length === matrix.length &&
      row.every((weight, column) => weight === Number(index === column)),
  )
}
