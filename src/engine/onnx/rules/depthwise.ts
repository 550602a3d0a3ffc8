import { featureOrder, rowMajor, type Order } from '../layout.js'
import type { Lowering, Placed } from '../lowering.js'
import { attribute, input, type Call, type Shape, type Value } from '../values.js'
import {
  convolutionWindow,
  inputPosition,
  tapIndices,
  windowAttributes,
  type Window,
} from '../windows.js'
import { activate } from './activation.js'
import { fromMaps, maps } from './convolution.js'
import type { Rule } from './rule.js'

/** Convolution of each channel by filters of its own, and its two gradients, on batch-last maps. */
export const depthwiseRules: Readonly<Record<string, Rule>> = {
  DepthwiseConv2dNative: {
    outputs: (call) => [{ shape: forwardWindow(call).outputShape, dtype: 'float32' }],
    emit: (call, lowering) => [convolve(call, lowering)],
  },
  FusedDepthwiseConv2D: {
    outputs: (call) => [{ shape: forwardWindow(call).outputShape, dtype: 'float32' }],
    emit(call, lowering) {
      const { name, order } = convolve(call, lowering)
      return [{ name: activate(call, lowering, name, order), order }]
    },
  },
  DepthwiseConv2dNativeBackpropInput: {
    outputs: (call) => [{ shape: attribute<Shape>(call, 'inputShape'), dtype: 'float32' }],
    emit: (call, lowering) => [inputGradient(call, lowering)],
  },
  DepthwiseConv2dNativeBackpropFilter: {
    outputs: (call) => [{ shape: attribute<Shape>(call, 'filterShape'), dtype: 'float32' }],
    emit: (call, lowering) => [filterGradient(call, lowering)],
  },
}

/** Filters [kh,kw,C,m] as [C,m,kh,kw]: output channel c * m + i is the i-th filter of channel c. */
const depthwiseOrder: Order = [2, 3, 0, 1]

function forwardWindow(call: Call): Window {
  return depthwiseWindow(call, input(call, 'x').shape, input(call, 'filter').shape)
}

function depthwiseWindow(call: Call, inputShape: Shape, filterShape: Shape): Window {
  const [height = 1, width = 1, channels = 1, multiplier = 1] = filterShape
  return convolutionWindow(call, inputShape, [height, width, channels, channels * multiplier])
}

/** A 3-D Conv in as many groups as channels. */
function convolve(call: Call, lowering: Lowering): Placed {
  const window = forwardWindow(call)
  const { inputChannels: group, outputChannels, height, width } = window
  const { graph, inOrder, reshape } = lowering
  const filter = inOrder(input(call, 'filter'), depthwiseOrder)
  const operands = [
    maps(lowering, input(call, 'x')),
    reshape(filter, [outputChannels, 1, height.window, width.window, 1]),
  ]
  const { bias } = call.inputs
  if (bias) operands.push(reshape(inOrder(bias, [0]), [outputChannels]))
  const attributes = { ...windowAttributes(window), group }
  return fromMaps(lowering, graph.add('Conv', operands, { attributes }), window.outputShape)
}

/** Each input position gathers what every tap of every filter contributed to, and weighs it with that filter. */
function inputGradient(call: Call, lowering: Lowering): Placed {
  const filter = input(call, 'filter')
  const shape = attribute<Shape>(call, 'inputShape')
  const window = depthwiseWindow(call, shape, filter.shape)
  const { batch, inputChannels: channels, outputChannels, height, width } = window
  const { graph, reshape } = lowering
  const taps = height.window * width.window
  const size = height.input * width.input
  const places = contributions(window)
  const dy = gatherPositions(lowering, input(call, 'dy'), places, height.output * width.output)
  const parts = reshape(dy, [channels, outputChannels / channels, taps, size * batch])
  const weights = reshape(lowering.inOrder(filter, depthwiseOrder), [
    channels,
    outputChannels / channels,
    taps,
    1,
  ])
  const weighted = graph.add('Mul', [parts, weights])
  const name = graph.add('ReduceSum', [weighted, graph.int64s([1, 2])], {
    attributes: { keepdims: 0 },
  })
  return {
    name: reshape(name, [channels, height.input, width.input, batch]),
    order: featureOrder,
  }
}

/** For each tap and input position, the output position whose tap reads it, or one past the last: [taps * inputs]. */
function contributions({ height, width }: Window): Int32Array {
  const [inputs, outputs] = [height.input * width.input, height.output * width.output]
  const places = new Int32Array(height.window * width.window * inputs).fill(outputs)
  for (const tapY of rowMajor(height.window)) {
    for (const tapX of rowMajor(width.window)) {
      const start = (tapY * width.window + tapX) * inputs
      for (const outY of rowMajor(height.output)) {
        const y = inputPosition(height, outY, tapY)
        for (const outX of rowMajor(width.output)) {
          const x = inputPosition(width, outX, tapX)
          if (y >= 0 && x >= 0) places[start + y * width.input + x] = outY * width.output + outX
        }
      }
    }
  }
  return places
}

/** Products of dy with the input seen through each tap, summed over positions and batch. */
function filterGradient(call: Call, lowering: Lowering): Placed {
  const [x, dy] = [input(call, 'x'), input(call, 'dy')]
  const shape = attribute<Shape>(call, 'filterShape')
  const window = depthwiseWindow(call, x.shape, shape)
  const { batch, inputChannels: channels, outputChannels, height, width } = window
  const { graph, reshape } = lowering
  const taps = height.window * width.window
  const positions = height.output * width.output * batch
  const inputs = height.input * width.input
  const columns = gatherPositions(lowering, x, tapIndices(window, inputs), inputs)
  const seen = reshape(columns, [channels, 1, taps, positions])
  const gradient = reshape(lowering.inOrder(dy, featureOrder), [
    channels,
    outputChannels / channels,
    1,
    positions,
  ])
  const name = graph.add('ReduceSum', [graph.add('Mul', [seen, gradient]), graph.int64s([3])], {
    attributes: { keepdims: 0 },
  })
  const [kh = 1, kw = 1, , multiplier = 1] = shape
  return { name: reshape(name, [channels, multiplier, kh, kw]), order: depthwiseOrder }
}

/** The maps [C,H*W,B] at the positions given, where one past the last is zero. */
function gatherPositions(
  lowering: Lowering,
  value: Value,
  places: Int32Array,
  size: number,
): string {
  const { graph, reshape } = lowering
  const [batch = 1, , , channels = 1] = value.shape
  const flat = reshape(lowering.inOrder(value, featureOrder), [channels, size, batch])
  const padded = places.includes(size)
    ? graph.add('Pad', [flat, graph.int64s([0, 0, 0, 0, 1, 0])])
    : flat
  return graph.add('Gather', [padded, graph.int32s(places, [places.length])], {
    attributes: { axis: 1 },
  })
}
