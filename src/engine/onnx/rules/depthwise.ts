import type { Lowering, Placed } from '../lowering.js'
import { attribute, input, type Call, type Shape } from '../values.js'
import { convolutionWindow, type Window } from '../windows.js'
import { activate } from './activation.js'
import { matrices } from './depthwise/matrices.js'
import { shiftedFilterGradient } from './depthwise/filter-gradient.js'
import { shiftedForward } from './depthwise/forward.js'
import { shiftedInputGradient } from './depthwise/input-gradient.js'
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
      const { name, order } = withBias(call, lowering, convolve(call, lowering))
      return [{ name: activate(call, lowering, name, order), order }]
    },
  },
  DepthwiseConv2dNativeBackpropInput: {
    outputs: (call) => [{ shape: attribute<Shape>(call, 'inputShape'), dtype: 'float32' }],
    emit(call, lowering) {
      const [dy, filter] = [input(call, 'dy'), input(call, 'filter')]
      const window = depthwiseWindow(call, attribute(call, 'inputShape'), filter.shape)
      const gradient = isSmall(window) ? matrices.inputGradient : shiftedInputGradient
      return [gradient(lowering, dy, filter, window)]
    },
  },
  DepthwiseConv2dNativeBackpropFilter: {
    outputs: (call) => [{ shape: attribute<Shape>(call, 'filterShape'), dtype: 'float32' }],
    emit(call, lowering) {
      const [x, dy] = [input(call, 'x'), input(call, 'dy')]
      const window = depthwiseWindow(call, x.shape, attribute(call, 'filterShape'))
      const gradient = isSmall(window) ? matrices.filterGradient : shiftedFilterGradient
      return [gradient(lowering, x, dy, window)]
    },
  },
}

function forwardWindow(call: Call): Window {
  return depthwiseWindow(call, input(call, 'x').shape, input(call, 'filter').shape)
}

function depthwiseWindow(call: Call, inputShape: Shape, filterShape: Shape): Window {
  const [height = 1, width = 1, channels = 1, multiplier = 1] = filterShape
  return convolutionWindow(call, inputShape, [height, width, channels, channels * multiplier])
}

/**
 * Whether the maps are so small that a dense matrix from all input to all output positions of a channel is cheaper than
 * the window: measured on 6x6 and 3x3 maps for it, on 12x12 against it, with batches of 32 and 256.
 */
function isSmall({ batch, height, width }: Window): boolean {
  const positions = height.input * width.input * height.output * width.output
  return batch >= 8 && positions <= 36 * 36
}

function convolve(call: Call, lowering: Lowering): Placed {
  const window = forwardWindow(call)
  const forward = isSmall(window) ? matrices.forward : shiftedForward
  return forward(lowering, input(call, 'x'), input(call, 'filter'), window)
}

function withBias(call: Call, lowering: Lowering, { name, order }: Placed): Placed {
  const { bias } = call.inputs
  if (!bias) return { name, order }
  return { name: lowering.graph.add('Add', [name, lowering.operand(bias, order)]), order }
}
