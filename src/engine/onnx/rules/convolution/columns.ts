import { featureOrder } from '../../layout.js'
import type { Lowering } from '../../lowering.js'
import type { Value } from '../../values.js'
import { tapIndices, type Window } from '../../windows.js'

/**
 * The gradient with respect to the filter, [O, C * kh * kw]: one Gemm of the input seen through each tap with dy. Gemm
 * rearranges its second operand, so that the larger one, the columns, goes first; the product is transposed then.
 */
export function columnsFilterGradient(
  lowering: Lowering,
  x: Value,
  dy: Value,
  window: Window,
): string {
  const { height, width, batch, inputChannels, outputChannels } = window
  const { graph, reshape } = lowering
  const rows = inputChannels * height.window * width.window
  const positions = height.output * width.output * batch
  const gradient = reshape(lowering.inOrder(dy, featureOrder), [outputChannels, positions])
  const columns = reshape(gatherTaps(lowering, x, window), [rows, positions])
  const attributes = { transB: 1 }
  if (rows <= outputChannels) return graph.add('Gemm', [gradient, columns], { attributes })
  const product = graph.add('Gemm', [columns, gradient], { attributes })
  // In three axes, or ONNX Runtime would swap the operands again to save the Transpose.
  const apart = reshape(product, [inputChannels, height.window * width.window, outputChannels])
  return graph.add('Transpose', [apart], { attributes: { perm: [2, 0, 1] } })
}

/** The input seen through each tap: [C, kh * kw * outputs, B], zero where a tap meets padding. */
function gatherTaps(lowering: Lowering, x: Value, window: Window): string {
  const { graph, reshape } = lowering
  const { inputChannels, batch, height, width } = window
  const size = height.input * width.input
  const flat = reshape(lowering.inOrder(x, featureOrder), [inputChannels, size, batch])
  const indices = tapIndices(window, size)
  if (indices.length === size && indices.every((value, index) => value === index)) return flat
  const padded = indices.includes(size)
    ? graph.add('Pad', [flat, graph.int64s([0, 0, 0, 0, 1, 0])])
    : flat
  const places = graph.int32s(indices, [indices.length])
  return graph.add('Gather', [padded, places], { attributes: { axis: 1 } })
}
