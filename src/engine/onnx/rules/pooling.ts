import { featureOrder, rowMajor } from '../layout.js'
import type { Lowering, Placed } from '../lowering.js'
import { input, sizeOf, type Call } from '../values.js'
import {
  inputPosition,
  isDisjoint,
  isTiling,
  poolingWindow,
  windowAttributes,
  type Side,
  type Window,
} from '../windows.js'
import { fromMaps, maps } from './convolution.js'
import type { Rule } from './rule.js'

/** Largest value or average of a window, with gradients. */
export const poolingRules: Readonly<Record<string, Rule>> = {
  MaxPool: {
    outputs: (call) => [
      { shape: poolingWindow(call, input(call, 'x').shape).outputShape, dtype: 'float32' },
    ],
    emit(call, lowering) {
      const x = input(call, 'x')
      const window = poolingWindow(call, x.shape)
      const [largest = ''] = maxPool(lowering, maps(lowering, x), window)
      return [fromMaps(lowering, largest, window.outputShape)]
    },
  },
  MaxPoolGrad: {
    outputs: (call) => [input(call, 'input')],
    emit: (call, lowering) => [maxPoolGradient(call, lowering)],
  },
  AvgPool: {
    outputs: (call) => [
      { shape: poolingWindow(call, input(call, 'x').shape).outputShape, dtype: 'float32' },
    ],
    emit(call, lowering) {
      const x = input(call, 'x')
      const window = poolingWindow(call, x.shape)
      const { kernel_shape = [], strides = [], pads = [] } = windowAttributes(window)
      const name = lowering.graph.add('AveragePool', [maps(lowering, x)], {
        attributes: { kernel_shape, strides, pads, count_include_pad: 0 },
      })
      return [fromMaps(lowering, name, window.outputShape)]
    },
  },
  AvgPoolGrad: {
    outputs: (call) => [input(call, 'input')],
    emit: (call, lowering) => [averagePoolGradient(call, lowering)],
  },
}

/** The largest values and their flat positions in [1,C,H,W,B]; the first position wins a tie. */
function maxPool({ graph }: Lowering, name: string, window: Window): string[] {
  return graph.addMany('MaxPool', [name], 2, { attributes: windowAttributes(window) })
}

/** Sends each value of dy to where its window's maximum was; windows that overlap add up. */
function maxPoolGradient(call: Call, lowering: Lowering): Placed {
  const x = input(call, 'input')
  const window = poolingWindow(call, x.shape)
  const { graph, reshape } = lowering
  const [, places = ''] = maxPool(lowering, maps(lowering, x), window)
  const dy = maps(lowering, input(call, 'dy'))
  const { batch, inputChannels, height, width } = window
  if (isDisjoint(window)) {
    const dims = graph.int64s([1, inputChannels, height.input, width.input, batch])
    const { kernel_shape = [], strides = [], pads = [] } = windowAttributes(window)
    const name = graph.add('MaxUnpool', [dy, places, dims], {
      attributes: { kernel_shape, strides, pads },
    })
    return fromMaps(lowering, name, x.shape)
  }
  const zeros = graph.add('Expand', [graph.floats([0], []), graph.int64s([sizeOf(x.shape)])])
  const name = graph.add('ScatterElements', [zeros, reshape(places, [-1]), reshape(dy, [-1])], {
    attributes: { axis: 0, reduction: 'add' },
  })
  return {
    name: reshape(name, [inputChannels, height.input, width.input, batch]),
    order: featureOrder,
  }
}

function averagePoolGradient(call: Call, lowering: Lowering): Placed {
  const x = input(call, 'input')
  const window = poolingWindow(call, x.shape)
  return isTiling(window) ? stretched(call, lowering, window) : gathered(call, lowering, window)
}

/** Windows side by side: each value of dy, divided by the window's size, fills its window. */
function stretched(call: Call, lowering: Lowering, window: Window): Placed {
  const { graph, reshape } = lowering
  const { batch, inputChannels: channels, height, width } = window
  const dy = lowering.inOrder(input(call, 'dy'), featureOrder)
  const share = graph.floats([1 / (height.window * width.window)], [])
  const divided = graph.add('Mul', [dy, share])
  const apart = reshape(divided, [channels, height.output, 1, width.output, 1, batch])
  const wide = [channels, height.output, height.window, width.output, width.window, batch]
  const name = graph.add('Expand', [apart, graph.int64s(wide)])
  return {
    name: reshape(name, [channels, height.input, width.input, batch]),
    order: featureOrder,
  }
}

/** Windows that overlap or meet padding: each input position gathers its shares and adds them. */
function gathered(call: Call, lowering: Lowering, window: Window): Placed {
  const { graph, reshape } = lowering
  const { batch, inputChannels: channels, height, width } = window
  const outputs = height.output * width.output
  const dy = reshape(lowering.inOrder(input(call, 'dy'), featureOrder), [channels, outputs, batch])
  const shares = graph.floats(sharesOf(window), [outputs, 1])
  const divided = graph.add('Mul', [dy, shares])
  const padded = graph.add('Pad', [divided, graph.int64s([0, 0, 0, 0, 1, 0])])
  const covering = coveringWindows(window)
  const deepest = Math.max(...covering.map((list) => list.length))
  const indices = covering.flatMap((list) => rowMajor(deepest).map((i) => list[i] ?? outputs))
  const places = graph.int32s(indices, [covering.length, deepest])
  const parts = graph.add('Gather', [padded, places], { attributes: { axis: 1 } })
  const name = graph.add('ReduceSum', [parts, graph.int64s([2])], { attributes: { keepdims: 0 } })
  return {
    name: reshape(name, [channels, height.input, width.input, batch]),
    order: featureOrder,
  }
}

/** One over the number of input positions in each window, padding not counted. */
function sharesOf({ height, width }: Window): number[] {
  return rowMajor(height.output).flatMap((y) =>
    rowMajor(width.output).map((x) => 1 / (covered(height, y).length * covered(width, x).length)),
  )
}

/** For each input position, the flat positions of the windows it lies in. */
function coveringWindows({ height, width }: Window): number[][] {
  const lists = rowMajor(height.input * width.input).map((): number[] => [])
  for (const outY of rowMajor(height.output)) {
    for (const outX of rowMajor(width.output)) {
      for (const y of covered(height, outY)) {
        for (const x of covered(width, outX)) {
          lists[y * width.input + x]?.push(outY * width.output + outX)
        }
      }
    }
  }
  return lists
}

function covered(side: Side, output: number): number[] {
  return rowMajor(side.window)
    .map((tap) => inputPosition(side, output, tap))
    .filter((position) => position >= 0)
}
