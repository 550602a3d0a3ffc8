import type { Order } from '../../layout.js'
import type { Lowering, Placed } from '../../lowering.js'
import { sizeOf, type Shape, type Value } from '../../values.js'
import type { Side, Window } from '../../windows.js'
import { filters } from '../maps.js'
import { bilinearAlong, isIdentity, kronecker, transposed, type Matrix } from './bilinear.js'

/**
 * Convolution and its gradients as one small matrix product for each product of a bilinear algorithm. Maps lie as
 * [H,W,C,B] here, so that sums over positions are matrix products too. Whatever two of the three kernels need, the
 * transformed filter, input or output gradient, the graph holds once.
 */
const positionsFirst: Order = [1, 2, 3, 0]

export function transformedForward(
  lowering: Lowering,
  x: Value,
  filter: Value,
  window: Window,
): Placed {
  const { batch, outputChannels } = window
  const names = [transformedFilter(lowering, filter, window), transformedInput(lowering, x, window)]
  const products = lowering.graph.add('MatMul', names)
  const sums = applyAlong(lowering, products, window, 'output', outputChannels * batch)
  return placed(lowering, sums, window.outputShape)
}

export function transformedInputGradient(
  lowering: Lowering,
  dy: Value,
  filter: Value,
  window: Window,
  shape: Shape,
): Placed {
  const { batch, inputChannels } = window
  const names = [
    transformedFilter(lowering, filter, window),
    transformedOutput(lowering, dy, window),
  ]
  const products = batchedProduct(lowering, names, { transA: 1 })
  return placed(
    lowering,
    applyAlong(lowering, products, window, 'input', inputChannels * batch),
    shape,
  )
}

/** The gradient with respect to the filter, [O * C, kh * kw]. */
export function transformedFilterGradient(
  lowering: Lowering,
  x: Value,
  dy: Value,
  window: Window,
): string {
  const { inputChannels, outputChannels } = window
  const names = [transformedOutput(lowering, dy, window), transformedInput(lowering, x, window)]
  const products = batchedProduct(lowering, names, { transB: 1 })
  const { graph, reshape } = lowering
  const flat = reshape(products, [productsOf(window), outputChannels * inputChannels])
  return graph.add('Gemm', [flat, constant(lowering, filterMatrix(window))], {
    attributes: { transA: 1 },
  })
}

/** How many matrix products there are. */
export function productsOf({ height, width }: Window): number {
  return bilinearAlong(height).input.length * bilinearAlong(width).input.length
}

/** Multiplications for each channel and image that the sums before, or after, the products take. */
export function sumsOf({ height, width }: Window, part: 'input' | 'output'): number {
  const [rows, columns] = [bilinearAlong(height)[part], bilinearAlong(width)[part]]
  const [h, w] = [rows[0]?.length ?? 0, columns[0]?.length ?? 0]
  return isSmall(rows, columns)
    ? rows.length * columns.length * h * w
    : rows.length * h * w + rows.length * columns.length * w
}

/** Filters as [products,O,C]. */
function transformedFilter(lowering: Lowering, filter: Value, window: Window): string {
  const { inputChannels, outputChannels, height, width } = window
  const { graph, reshape } = lowering
  const pairs = inputChannels * outputChannels
  const flat = reshape(filters(lowering, filter), [pairs, height.window * width.window])
  const names = [constant(lowering, filterMatrix(window)), flat]
  const products = graph.add('Gemm', names, { attributes: { transB: 1 } })
  return reshape(products, [productsOf(window), outputChannels, inputChannels])
}

function filterMatrix({ height, width }: Window): Matrix {
  return kronecker(bilinearAlong(height).filter, bilinearAlong(width).filter)
}

/** Input maps as [products,C,B]. */
function transformedInput(lowering: Lowering, x: Value, window: Window): string {
  return transformedMaps(lowering, x, window, 'input', window.inputChannels)
}

/** Gradients of the output maps as [products,O,B]. */
function transformedOutput(lowering: Lowering, dy: Value, window: Window): string {
  return transformedMaps(lowering, dy, window, 'output', window.outputChannels)
}

function transformedMaps(
  lowering: Lowering,
  value: Value,
  { height, width, batch }: Window,
  part: 'input' | 'output',
  channels: number,
): string {
  const [rows, columns] = [bilinearAlong(height)[part], bilinearAlong(width)[part]]
  const name = lowering.inOrder(value, positionsFirst)
  const result = multiplied(lowering, name, rows, columns, channels * batch)
  return lowering.reshape(result, [rows.length * columns.length, channels, batch])
}

/** Sums of products [products, ...rest], by the transposed matrices of both axes: [H, W, ...rest]. */
function applyAlong(
  lowering: Lowering,
  name: string,
  { height, width }: Window,
  part: 'input' | 'output',
  rest: number,
): string {
  const [rows, columns] = [height, width].map((side: Side) => transposed(bilinearAlong(side)[part]))
  return multiplied(lowering, name, rows ?? [], columns ?? [], rest)
}

/** Multiplies the two leading axes by a matrix each: at once where that is little work, else one after the other. */
function multiplied(
  lowering: Lowering,
  name: string,
  rows: Matrix,
  columns: Matrix,
  rest: number,
): string {
  const { graph, reshape } = lowering
  const [h, w] = [rows[0]?.length ?? 0, columns[0]?.length ?? 0]
  if (isIdentity(rows) && isIdentity(columns)) return name
  if (isSmall(rows, columns)) {
    const matrix = constant(lowering, kronecker(rows, columns))
    return graph.add('MatMul', [matrix, reshape(name, [h * w, rest])])
  }
  const down = graph.add('MatMul', [constant(lowering, rows), reshape(name, [h, w * rest])])
  return graph.add('MatMul', [constant(lowering, columns), reshape(down, [rows.length, w, rest])])
}

function isSmall(rows: Matrix, columns: Matrix): boolean {
  const [h, w] = [rows[0]?.length ?? 0, columns[0]?.length ?? 0]
  return rows.length * columns.length * h * w <= 1600
}

function batchedProduct(
  { graph }: Lowering,
  names: readonly string[],
  attributes: Readonly<Record<string, number>>,
): string {
  return graph.add('FusedMatMul', names, { domain: 'com.microsoft', attributes })
}

function placed(lowering: Lowering, name: string, shape: Shape): Placed {
  const [batch = 1, height = 1, width = 1] = shape
  const channels = sizeOf(shape) / (batch * height * width)
  return { name: lowering.reshape(name, [height, width, channels, batch]), order: positionsFirst }
}

function constant({ graph }: Lowering, matrix: Matrix): string {
  return graph.floats(matrix.flat(), [matrix.length, matrix[0]?.length ?? 0])
}
