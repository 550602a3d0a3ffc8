import { featureOrder, rowMajor } from '../../layout.js'
import type { Lowering, Placed } from '../../lowering.js'
import type { Value } from '../../values.js'
import type { Side, Window } from '../../windows.js'
import { pick } from '../pick.js'
import { weightRows } from './filters.js'

/**
 * Input positions that differ by a multiple of the stride see the same taps, so each such class is an output channel of
 * one convolution over dy, which moves by one pixel; the classes are then put side by side.
 */
export function shiftedInputGradient(
  lowering: Lowering,
  dy: Value,
  filter: Value,
  window: Window,
): Placed {
  const { graph, reshape } = lowering
  const { batch, inputChannels: channels, outputChannels, height, width } = window
  const [rows, columns] = [classesOf(height), classesOf(width)]
  const classes = rows.count * columns.count
  const name = graph.add(
    'Conv',
    [
      reshape(lowering.inOrder(dy, featureOrder), [
        1,
        outputChannels,
        height.output,
        width.output * batch,
      ]),
      reshape(classFilters(lowering, filter, window, rows, columns), [
        channels * classes,
        outputChannels / channels,
        rows.reach,
        columns.reach,
      ]),
    ],
    {
      attributes: {
        group: channels,
        kernel_shape: [rows.reach, columns.reach],
        pads: [rows.before, columns.before * batch, rows.after, columns.after * batch],
        dilations: [1, batch],
      },
    },
  )
  const flat = [channels, classes * rows.length * columns.length, batch]
  const places = sideBySide(window, rows, columns)
  return {
    name: reshape(pick(lowering, reshape(name, flat), flat, places), [
      channels,
      height.input,
      width.input,
      batch,
    ]),
    order: featureOrder,
  }
}

/** The convolution over dy along one axis. */
interface Classes {
  readonly count: number
  /** The size of its window. */
  readonly reach: number
  readonly before: number
  readonly after: number
  /** How many positions it yields for each class: enough for all input positions. */
  readonly length: number
  /** Which tap of the filter each class has at each place of the window, -1 for none. */
  readonly taps: readonly (readonly number[])[]
}

function classesOf({ input, output, window, stride, dilation, before }: Side): Classes {
  const offsets = rowMajor(stride).map((rest) =>
    rowMajor(window).map((tap) => (rest + before - tap * dilation) / stride),
  )
  const whole = offsets.flat().filter(Number.isInteger)
  const [low, high] = [Math.min(0, ...whole), Math.max(0, ...whole)]
  const after = Math.max(0, Math.ceil(input / stride) + high - output)
  return {
    count: stride,
    reach: high - low + 1,
    before: -low,
    after,
    length: output + after - high,
    taps: offsets.map((list) => rowMajor(high - low + 1).map((place) => list.indexOf(place + low))),
  }
}

/** [C, classes * m * places of the window]. */
function classFilters(
  lowering: Lowering,
  filter: Value,
  { inputChannels: channels, outputChannels, height, width }: Window,
  rows: Classes,
  columns: Classes,
): string {
  const multiplier = outputChannels / channels
  const taps = height.window * width.window
  const indices = rows.taps.flatMap((down) =>
    columns.taps.flatMap((across) =>
      rowMajor(multiplier).flatMap((own) =>
        down.flatMap((y) =>
          across.map((x) =>
            y < 0 || x < 0 ? multiplier * taps : own * taps + y * width.window + x,
          ),
        ),
      ),
    ),
  )
  const dims = [channels, multiplier * taps]
  const weights = lowering.reshape(weightRows(lowering, filter), dims)
  return pick(lowering, weights, dims, Int32Array.from(indices))
}

/** For each input position, where its value is among [classes, rows, columns]. */
function sideBySide({ height, width }: Window, rows: Classes, columns: Classes): Int32Array {
  const [down, across] = [placesOf(height, rows), placesOf(width, columns)]
  const places = down.flatMap(([rowClass = 0, y = 0]) =>
    across.map(([columnClass, x]) => {
      const kind = rowClass * columns.count + columnClass
      return (kind * rows.length + y) * columns.length + x
    }),
  )
  return Int32Array.from(places)
}

function placesOf({ input }: Side, { count }: Classes): (readonly [number, number])[] {
  return rowMajor(input).map((position) => [position % count, Math.floor(position / count)])
}
