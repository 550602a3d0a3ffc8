import { featureOrder, filterOrder } from '../../layout.js'
import type { Lowering, Placed } from '../../lowering.js'
import type { Shape, Value } from '../../values.js'
import type { Window } from '../../windows.js'

/** The gradient with respect to the input where the filter is 1x1: the transposed filter times dy, at every position. */
export function productInputGradient(
  lowering: Lowering,
  dy: Value,
  filter: Value,
  window: Window,
  shape: Shape,
): Placed {
  const { inputChannels, outputChannels, batch } = window
  const { graph, reshape, inOrder } = lowering
  const [, height = 1, width = 1] = shape
  const matrix = reshape(inOrder(filter, filterOrder), [outputChannels, inputChannels])
  const gradient = reshape(inOrder(dy, featureOrder), [outputChannels, height * width * batch])
  const name = graph.add('Gemm', [matrix, gradient], { attributes: { transA: 1 } })
  return { name: reshape(name, [inputChannels, height, width, batch]), order: featureOrder }
}
