import { featureOrder } from '../../layout.js'
import type { Lowering, Placed } from '../../lowering.js'
import type { Value } from '../../values.js'
import { tapIndices, type Window } from '../../windows.js'
import { depthwiseOrder, weightRows } from './filters.js'

/**
 * Depthwise convolution as one matrix per output channel, from all input positions to all output positions: for maps so
 * small that the many zeros in it cost less than walking a window.
 */
export const matrices = { forward, inputGradient, filterGradient }

function forward(lowering: Lowering, x: Value, filter: Value, window: Window): Placed {
  const { batch, inputChannels: channels, outputChannels, height, width } = window
  const inputs = lowering.reshape(lowering.inOrder(x, featureOrder), [
    channels,
    height.input * width.input,
    batch,
  ])
  const product = lowering.graph.add('MatMul', [matrixOf(lowering, filter, window), inputs])
  const dims = [outputChannels, height.output, width.output, batch]
  return { name: lowering.reshape(product, dims), order: featureOrder }
}

function inputGradient(lowering: Lowering, dy: Value, filter: Value, window: Window): Placed {
  const { batch, inputChannels: channels, height, width } = window
  const outputs = outputRows(lowering, dy, window)
  const product = lowering.graph.add('FusedMatMul', [matrixOf(lowering, filter, window), outputs], {
    domain: 'com.microsoft',
    attributes: { transA: 1 },
  })
  const dims = [channels, height.input, width.input, batch]
  return { name: lowering.reshape(product, dims), order: featureOrder }
}

/** The products of every output with every input position, of which those that share a tap add up. */
function filterGradient(lowering: Lowering, x: Value, dy: Value, window: Window): Placed {
  const { graph, reshape } = lowering
  const { batch, inputChannels: channels, outputChannels, height, width } = window
  const [inputs, outputs] = [height.input * width.input, height.output * width.output]
  const columns = reshape(lowering.inOrder(x, featureOrder), [channels, inputs, batch])
  const products = graph.add('FusedMatMul', [outputRows(lowering, dy, window), columns], {
    domain: 'com.microsoft',
    attributes: { transB: 1 },
  })
  const flat = reshape(products, [outputChannels, outputs * inputs])
  const sums = graph.add('Gemm', [flat, spread(lowering, window)], { attributes: { transB: 1 } })
  const dims = [channels, outputChannels / channels, height.window, width.window]
  return { name: reshape(sums, dims), order: depthwiseOrder }
}

/** dy as [C, m * outputs, B]. */
function outputRows(lowering: Lowering, dy: Value, window: Window): string {
  const { batch, inputChannels: channels, outputChannels, height, width } = window
  const rows = (outputChannels / channels) * height.output * width.output
  return lowering.reshape(lowering.inOrder(dy, featureOrder), [channels, rows, batch])
}

/** [C, m * outputs, inputs]: each weight where its tap connects an output with an input position. */
function matrixOf(lowering: Lowering, filter: Value, window: Window): string {
  const { inputChannels: channels, outputChannels, height, width } = window
  const [inputs, outputs] = [height.input * width.input, height.output * width.output]
  const weights = weightRows(lowering, filter)
  const flat = lowering.graph.add('MatMul', [weights, spread(lowering, window)])
  return lowering.reshape(flat, [channels, (outputChannels / channels) * outputs, inputs])
}

/** [taps, outputs * inputs]: 1 where the tap of an output position reads an input position. */
function spread({ graph }: Lowering, window: Window): string {
  const { height, width } = window
  const [inputs, outputs] = [height.input * width.input, height.output * width.output]
  const taps = height.window * width.window
  const ones = new Float32Array(taps * outputs * inputs)
  tapIndices(window, -1).forEach((position, index) => {
    if (position >= 0) ones[index * inputs + position] = 1
  })
  return graph.floats(ones, [taps, outputs * inputs])
}
