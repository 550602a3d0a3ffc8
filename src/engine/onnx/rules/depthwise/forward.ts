import { featureOrder } from '../../layout.js'
import type { Lowering, Placed } from '../../lowering.js'
import type { Value } from '../../values.js'
import { windowAttributes, type Window } from '../../windows.js'
import { weightRows } from './filters.js'

/**
 * A convolution in as many groups as channels. Where the window moves by one pixel along a row, row and batch are one
 * axis [C,H,W*B] and its taps lie B apart, which is faster than a third axis.
 */
export function shiftedForward(
  lowering: Lowering,
  x: Value,
  filter: Value,
  window: Window,
): Placed {
  const { graph, reshape } = lowering
  const { batch, inputChannels: channels, outputChannels, height, width } = window
  const maps = lowering.inOrder(x, featureOrder)
  const weights = weightRows(lowering, filter)
  const kernel = [height.window, width.window]
  const joined = width.stride === 1 || batch === 1
  const name = joined
    ? graph.add(
        'Conv',
        [
          reshape(maps, [1, channels, height.input, width.input * batch]),
          reshape(weights, [outputChannels, 1, ...kernel]),
        ],
        {
          attributes: {
            group: channels,
            kernel_shape: kernel,
            strides: [height.stride, width.stride],
            pads: [height.before, width.before * batch, height.after, width.after * batch],
            dilations: [height.dilation, width.dilation * batch],
          },
        },
      )
    : graph.add(
        'Conv',
        [
          reshape(maps, [1, channels, height.input, width.input, batch]),
          reshape(weights, [outputChannels, 1, ...kernel, 1]),
        ],
        { attributes: { ...windowAttributes(window), group: channels } },
      )
  const dims = [outputChannels, height.output, width.output, batch]
  return { name: reshape(name, dims), order: featureOrder }
}
