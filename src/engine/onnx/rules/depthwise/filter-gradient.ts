import { featureOrder, rowMajor } from '../../layout.js'
import type { Lowering, Placed } from '../../lowering.js'
import type { Value } from '../../values.js'
import { inputPosition, type Window } from '../../windows.js'
import { pick } from '../pick.js'
import { depthwiseOrder } from './filters.js'

/**
 * The products of every input row, seen through each tap along the row, with every row of dy; of these, the pairs of
 * rows that a tap connects add up. Most of the pairs are for nothing, yet one dense product is the fastest way.
 */
export function shiftedFilterGradient(
  lowering: Lowering,
  x: Value,
  dy: Value,
  window: Window,
): Placed {
  const { graph, reshape } = lowering
  const { batch, inputChannels: channels, outputChannels, height, width } = window
  const multiplier = outputChannels / channels
  const positions = [channels, height.input * width.input, batch]
  const maps = reshape(lowering.inOrder(x, featureOrder), positions)
  const line = width.output * batch
  const inputRows = reshape(pick(lowering, maps, positions, shiftedRows(window)), [
    channels,
    width.window * height.input,
    line,
  ])
  const outputRows = reshape(lowering.inOrder(dy, featureOrder), [
    channels,
    multiplier * height.output,
    line,
  ])
  const products = graph.add('FusedMatMul', [inputRows, outputRows], {
    domain: 'com.microsoft',
    attributes: { transB: 1 },
  })
  const flat = [channels, width.window * height.input * multiplier * height.output]
  const pairs = pick(lowering, reshape(products, flat), flat, connectedRows(window, multiplier))
  const taps = height.window * width.window
  const parts = reshape(pairs, [channels, multiplier * taps, height.output])
  const sums = graph.add('ReduceSum', [parts, graph.int64s([2])], { attributes: { keepdims: 0 } })
  const dims = [channels, multiplier, height.window, width.window]
  return { name: reshape(sums, dims), order: depthwiseOrder }
}

/** For each tap along the row and each input row, the input position that each output column reads. */
function shiftedRows({ height, width }: Window): Int32Array {
  const missing = height.input * width.input
  const indices = rowMajor(width.window).flatMap((tap) =>
    rowMajor(height.input).flatMap((y) =>
      rowMajor(width.output).map((column) => {
        const x = inputPosition(width, column, tap)
        return x < 0 ? missing : y * width.input + x
      }),
    ),
  )
  return Int32Array.from(indices)
}

/** For each filter, tap and output row, the product of that row with the input row that it sees through the tap. */
function connectedRows({ height, width }: Window, multiplier: number): Int32Array {
  const outputs = multiplier * height.output
  const missing = width.window * height.input * outputs
  const indices = rowMajor(multiplier).flatMap((own) =>
    rowMajor(height.window).flatMap((tapY) =>
      rowMajor(width.window).flatMap((tapX) =>
        rowMajor(height.output).map((row) => {
          const y = inputPosition(height, row, tapY)
          return y < 0 ? missing : (tapX * height.input + y) * outputs + own * height.output + row
        }),
      ),
    ),
  )
  return Int32Array.from(indices)
}
