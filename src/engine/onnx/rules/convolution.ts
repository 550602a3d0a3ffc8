import { featureOrder, filterOrder } from '../layout.js'
import type { Lowering, Placed } from '../lowering.js'
import { attribute, input, sizeOf, type Call, type Shape, type Value } from '../values.js'
import {
  convolutionWindow,
  tapIndices,
  windowAttributes,
  type Side,
  type Window,
} from '../windows.js'
import { activate } from './activation.js'
import type { Rule } from './rule.js'

/** Convolution and its two gradients, on batch-last maps. */
export const convolutionRules: Readonly<Record<string, Rule>> = {
  Conv2D: {
    outputs: (call) => [{ shape: forwardWindow(call).outputShape, dtype: 'float32' }],
    emit: (call, lowering) => [convolve(call, lowering)],
  },
  FusedConv2D: {
    outputs: (call) => [{ shape: forwardWindow(call).outputShape, dtype: 'float32' }],
    emit(call, lowering) {
      const { name, order } = convolve(call, lowering)
      return [{ name: activate(call, lowering, name, order), order }]
    },
  },
  Conv2DBackpropInput: {
    outputs: (call) => [{ shape: attribute<Shape>(call, 'inputShape'), dtype: 'float32' }],
    emit: (call, lowering) => [inputGradient(call, lowering)],
  },
  Conv2DBackpropFilter: {
    outputs: (call) => [{ shape: attribute<Shape>(call, 'filterShape'), dtype: 'float32' }],
    emit: (call, lowering) => [filterGradient(call, lowering)],
  },
}

function forwardWindow(call: Call): Window {
  return convolutionWindow(call, input(call, 'x').shape, input(call, 'filter').shape)
}

/** A 3-D Conv on [1,C,H,W,B] with kernel [kh,kw,1]. */
function convolve(call: Call, lowering: Lowering): Placed {
  const window = forwardWindow(call)
  const { graph } = lowering
  const { bias } = call.inputs
  const operands = [maps(lowering, input(call, 'x')), filters(lowering, input(call, 'filter'))]
  if (bias) operands.push(lowering.reshape(lowering.inOrder(bias, [0]), [window.outputChannels]))
  const name = graph.add('Conv', operands, { attributes: windowAttributes(window) })
  return fromMaps(lowering, name, window.outputShape)
}

/** The gradient with respect to the input: a convolution of dy, spread out by the stride, with the flipped filter. */
function inputGradient(call: Call, lowering: Lowering): Placed {
  const filter = input(call, 'filter')
  const shape = attribute<Shape>(call, 'inputShape')
  const window = convolutionWindow(call, shape, filter.shape)
  const { height, width } = window
  const { graph } = lowering
  const sides = [reversed(height), reversed(width)] as const
  const spread = spreadOut(lowering, input(call, 'dy'), window, sides)
  const [before, after] = [
    sides.map((side) => side.before),
    sides.map((side) => Math.max(0, side.after)),
  ]
  const name = graph.add('Conv', [spread, flippedFilters(lowering, filter)], {
    attributes: {
      kernel_shape: [height.window, width.window, 1],
      pads: [...before, 0, ...after, 0],
    },
  })
  return fromMaps(lowering, name, shape)
}

/** Padding around the spread-out gradient that makes the result as large as the input. */
function reversed({ input: size, output, window, stride, before }: Side) {
  const leading = window - 1 - before
  return { before: leading, after: size + window - 1 - output * stride - leading }
}

/** dy as maps, with stride - 1 zeros after each value, and less at the end where the windows left a rest. */
function spreadOut(
  lowering: Lowering,
  dy: Value,
  { height, width, outputChannels, batch }: Window,
  sides: readonly { readonly after: number }[],
): string {
  const { graph, reshape } = lowering
  if (height.stride === 1 && width.stride === 1) return maps(lowering, dy)
  const [h, w] = [height.output, width.output]
  const apart = reshape(lowering.inOrder(dy, featureOrder), [outputChannels, h, 1, w, 1, batch])
  const pads = [0, 0, 0, 0, 0, 0, 0, 0, height.stride - 1, 0, width.stride - 1, 0]
  const padded = graph.add('Pad', [apart, graph.int64s(pads)])
  const full = [h * height.stride, w * width.stride]
  const name = reshape(padded, [1, outputChannels, ...full, batch])
  if (sides.every(({ after }) => after >= 0)) return name
  const ends = full.map((size, index) => size + Math.min(0, sides[index]?.after ?? 0))
  const bounds = [[0, 0], ends, [2, 3]].map((numbers) => graph.int64s(numbers))
  return graph.add('Slice', [name, ...bounds])
}

/** The filter [O,C,kh,kw] as [C,O,kh,kw,1], both spatial axes reversed. */
function flippedFilters(lowering: Lowering, filter: Value): string {
  const [kh = 1, kw = 1, inputs = 1, outputs = 1] = filter.shape
  const { graph, reshape } = lowering
  const swapped = graph.add('Transpose', [lowering.inOrder(filter, filterOrder)], {
    attributes: { perm: [1, 0, 2, 3] },
  })
  const taps = kh * kw
  const backwards = graph.int32s(
    Int32Array.from({ length: taps }, (_, i) => taps - 1 - i),
    [taps],
  )
  const flat = reshape(swapped, [inputs, outputs, taps])
  const turned =
    taps === 1 ? flat : graph.add('Gather', [flat, backwards], { attributes: { axis: 2 } })
  return reshape(turned, [inputs, outputs, kh, kw, 1])
}

/**
 * The gradient with respect to the filter: one Gemm of the gathered columns of the input with dy. The columns come
 * first, because Gemm rearranges its second operand, and dy is the smaller one; the product is [C,kh,kw,O].
 */
function filterGradient(call: Call, lowering: Lowering): Placed {
  const [x, dy] = [input(call, 'x'), input(call, 'dy')]
  const shape = attribute<Shape>(call, 'filterShape')
  const window = convolutionWindow(call, x.shape, shape)
  const { height, width, batch, inputChannels, outputChannels } = window
  const { graph, reshape } = lowering
  const taps = height.window * width.window
  const positions = height.output * width.output * batch
  const gradient = reshape(lowering.inOrder(dy, featureOrder), [outputChannels, positions])
  const columns = reshape(gatherTaps(lowering, x, window), [inputChannels * taps, positions])
  const product = graph.add('Gemm', [columns, gradient], { attributes: { transB: 1 } })
  const dims = [inputChannels, height.window, width.window, outputChannels]
  const placed = { name: reshape(product, dims), order: [2, 0, 1, 3] }
  const perm = filterOrder.map((axis) => placed.order.indexOf(axis))
  return {
    name: graph.add('Transpose', [placed.name], { attributes: { perm } }),
    order: filterOrder,
  }
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

/** Feature maps as [1,C,H,W,B]. */
export function maps(lowering: Lowering, value: Value): string {
  const [batch = 1, height = 1, width = 1, channels = 1] = value.shape
  const name = lowering.inOrder(value, featureOrder)
  return lowering.reshape(name, [1, channels, height, width, batch])
}

/** The place of [1,C,H,W,B] as feature maps. */
export function fromMaps(lowering: Lowering, name: string, shape: Shape): Placed {
  const [batch = 1, height = 1, width = 1, channels = 1] = shape
  return { name: lowering.reshape(name, [channels, height, width, batch]), order: featureOrder }
}

function filters(lowering: Lowering, filter: Value): string {
  const [kh = 1, kw = 1, inputs = 1] = filter.shape
  const outputs = sizeOf(filter.shape) / (kh * kw * inputs)
  return lowering.reshape(lowering.inOrder(filter, filterOrder), [outputs, inputs, kh, kw, 1])
}
