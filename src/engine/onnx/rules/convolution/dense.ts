import { filterOrder } from '../../layout.js'
import type { Lowering, Placed } from '../../lowering.js'
import type { Shape, Value } from '../../values.js'
import { windowAttributes, type Side, type Window } from '../../windows.js'
import { filters, fromMaps, maps } from '../maps.js'

/** A 3-D Conv on [1,C,H,W,B] with kernel [kh,kw,1]; a single image is a 2-D Conv, for which there are faster kernels. */
export function convolve(
  lowering: Lowering,
  x: Value,
  filter: Value,
  bias: Value | undefined,
  window: Window,
): Placed {
  const isSingle = window.batch === 1
  const input = maps(lowering, x)
  const operands = isSingle
    ? [lowering.reshape(input, mapShape(window)), filters(lowering, filter)]
    : [input, filters(lowering, filter, 1)]
  if (bias) operands.push(lowering.reshape(lowering.inOrder(bias, [0]), [window.outputChannels]))
  const attributes = isSingle ? planeAttributes(window) : windowAttributes(window)
  const name = lowering.graph.add('Conv', operands, { attributes })
  return fromMaps(lowering, name, window.outputShape)
}

/** The gradient with respect to the input where the window moves by one: a Conv of dy with the flipped filter. */
export function convolveBack(
  lowering: Lowering,
  dy: Value,
  filter: Value,
  window: Window,
  shape: Shape,
): Placed {
  const { height, width } = window
  const taps = height.window * width.window
  const backwards = Array.from({ length: taps }, (_, index) => taps - 1 - index)
  const kernel = [height.window, width.window] as const
  const flipped = chosenTaps(lowering, filter, backwards, kernel)
  const [before, after] = [[height, width].map(leading), [height, width].map(trailing)]
  const name = lowering.graph.add('Conv', [maps(lowering, dy), flipped], {
    attributes: {
      kernel_shape: [...kernel, 1],
      pads: [...before, 0, ...after, 0],
      dilations: [height.dilation, width.dilation, 1],
    },
  })
  return fromMaps(lowering, name, shape)
}

/** Some taps of a filter, by their flat positions, as [C,O,...kernel,1]. */
export function chosenTaps(
  lowering: Lowering,
  filter: Value,
  taps: readonly number[],
  kernel: readonly [number, number],
): string {
  const [kh = 1, kw = 1, inputs = 1, outputs = 1] = filter.shape
  const { graph, reshape } = lowering
  const swapped = graph.add('Transpose', [lowering.inOrder(filter, filterOrder)], {
    attributes: { perm: [1, 0, 2, 3] },
  })
  const flat = reshape(swapped, [inputs, outputs, kh * kw])
  const isAsIs = taps.length === kh * kw && taps.every((tap, index) => tap === index)
  const places = graph.int32s(taps, [taps.length])
  const chosen = isAsIs ? flat : graph.add('Gather', [flat, places], { attributes: { axis: 2 } })
  return reshape(chosen, [inputs, outputs, ...kernel, 1])
}

function leading({ window, dilation, before }: Side): number {
  return (window - 1) * dilation - before
}

function trailing(side: Side): number {
  const { input, output, window, dilation } = side
  return input + (window - 1) * dilation - output - leading(side)
}

function mapShape({ inputChannels, height, width }: Window): number[] {
  return [1, inputChannels, height.input, width.input]
}

function planeAttributes({ height, width }: Window): Record<string, number[]> {
  return {
    kernel_shape: [height.window, width.window],
    strides: [height.stride, width.stride],
    pads: [height.before, width.before, height.after, width.after],
    dilations: [height.dilation, width.dilation],
  }
}
