import { featureOrder, rowMajor } from '../layout.js'
import type { Lowering, Placed } from '../lowering.js'
import { input, type Call } from '../values.js'
import {
  inputPosition,
  isTiling,
  poolingWindow,
  windowAttributes,
  type Side,
  type Window,
} from '../windows.js'
import { fromMaps, maps } from './maps.js'
import { pick } from './pick.js'
import { overlappingMaximum } from './pooling/overlapping-maximum.js'
import { whereEqual } from './pooling/where-equal.js'
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
      const name = lowering.graph.add('MaxPool', [maps(lowering, x)], {
        attributes: windowAttributes(window),
      })
      return [fromMaps(lowering, name, window.outputShape)]
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

/** Sends each value of dy to where its window's maximum was; the first position wins a tie. */
function maxPoolGradient(call: Call, lowering: Lowering): Placed {
  const [x, largest, dy] = [input(call, 'input'), input(call, 'output'), input(call, 'dy')]
  const window = poolingWindow(call, x.shape)
  if (isTiling(window)) return sentByTap(call, lowering, window)
  return overlappingMaximum(lowering, { x, largest, dy }, window)
}

/**
 * Windows side by side: tap by tap, the part of dy whose maximum is there is handed over, and the rest goes on to the
 * next tap. Some passes over tensors of dy's size, which all use every thread, unlike a scatter.
 */
function sentByTap(call: Call, lowering: Lowering, window: Window): Placed {
  const { graph, reshape } = lowering
  const { batch, inputChannels: channels, height, width } = window
  const apart = [channels, height.output, 1, width.output, 1, batch]
  const [dy, largest] = (['dy', 'output'] as const).map((name) =>
    reshape(lowering.inOrder(input(call, name), featureOrder), apart),
  )
  const x = reshape(lowering.inOrder(input(call, 'input'), featureOrder), [
    channels,
    height.output,
    height.window,
    width.output,
    width.window,
    batch,
  ])
  let rest = dy ?? ''
  const send = (tapY: number, tapX: number): string => {
    if (tapY === height.window - 1 && tapX === width.window - 1) return rest
    const bounds = [
      [tapY, tapX],
      [tapY + 1, tapX + 1],
      [2, 4],
    ].map((list) => graph.int64s(list))
    const isLargest = whereEqual(graph, graph.add('Slice', [x, ...bounds]), largest ?? '')
    const part = graph.add('Mul', [rest, isLargest])
    rest = graph.add('Sub', [rest, part])
    return part
  }
  const rows = rowMajor(height.window).map((tapY) => {
    const parts = rowMajor(width.window).map((tapX) => send(tapY, tapX))
    return graph.add('Concat', parts, { attributes: { axis: 4 } })
  })
  const name = graph.add('Concat', rows, { attributes: { axis: 2 } })
  return {
    name: reshape(name, [channels, height.input, width.input, batch]),
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
  const covering = coveringWindows(window)
  const deepest = Math.max(...covering.map((list) => list.length))
  const indices = covering.flatMap((list) => rowMajor(deepest).map((i) => list[i] ?? outputs))
  const dims = [channels, outputs, batch]
  const picked = pick(lowering, divided, dims, Int32Array.from(indices))
  const parts = reshape(picked, [channels, covering.length, deepest, batch])
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
