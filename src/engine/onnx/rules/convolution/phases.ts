import { featureOrder, rowMajor } from '../../layout.js'
import type { Lowering, Placed } from '../../lowering.js'
import type { Shape, Value } from '../../values.js'
import type { Side, Window } from '../../windows.js'
import { maps } from '../maps.js'
import { chosenTaps } from './dense.js'

/** The input positions that lie a stride apart, along one axis, and the taps that reach them. */
interface Phase {
  /** Ordered by the output that they come from. */
  readonly taps: readonly number[]
  /** The outputs that the taps read for the phase's first position, and how far apart. */
  readonly first: number
  readonly spacing: number
}

/**
 * The gradient with respect to the input where the window moves by more than one: input positions that lie a stride
 * apart see the same taps, so that each such phase is a Conv of dy with these taps alone, and the phases interleave.
 */
export function phasesInputGradient(
  lowering: Lowering,
  dy: Value,
  filter: Value,
  window: Window,
  shape: Shape,
): Placed {
  const { graph, reshape } = lowering
  const { height, width, batch, inputChannels: channels } = window
  const [h, w] = [positionsOf(height), positionsOf(width)]
  const rows = phasesOf(height).map((rowPhase) => {
    const parts = phasesOf(width).map((columnPhase) => {
      const part = convolvePhase(lowering, dy, filter, window, [rowPhase, columnPhase])
      return reshape(part, [channels, h, 1, w, 1, batch])
    })
    return joined(lowering, parts, 4)
  })
  const full = [channels, h * height.stride, w * width.stride, batch]
  const name = reshape(joined(lowering, rows, 2), full)
  if (full[1] === height.input && full[2] === width.input) return { name, order: featureOrder }
  const bounds = [[0, 0], shape.slice(1, 3), [1, 2]].map((numbers) => graph.int64s(numbers))
  return { name: graph.add('Slice', [name, ...bounds]), order: featureOrder }
}

function joined({ graph }: Lowering, parts: readonly string[], axis: number): string {
  const [only = ''] = parts
  return parts.length === 1 ? only : graph.add('Concat', parts, { attributes: { axis } })
}

/** Positions in each phase, the last of which may lie beyond the input. */
function positionsOf({ input, stride }: Side): number {
  return Math.ceil(input / stride)
}

function phasesOf(side: Side): Phase[] {
  return rowMajor(side.stride).map((residue) => phaseOf(side, residue))
}

function phaseOf({ window, stride, dilation, before }: Side, residue: number): Phase {
  const distance = (tap: number) => residue + before - tap * dilation
  const taps = rowMajor(window)
    .filter((tap) => distance(tap) % stride === 0)
    .reverse()
  const outputs = taps.map((tap) => distance(tap) / stride)
  const [first = 0, second = first + 1] = outputs
  return { taps, first, spacing: second - first }
}

/** One phase as [1,C,h,w,B]; zero where no tap reaches it. */
function convolvePhase(
  lowering: Lowering,
  dy: Value,
  filter: Value,
  window: Window,
  phases: readonly [Phase, Phase],
): string {
  const { graph } = lowering
  const { height, width, batch, inputChannels } = window
  const [vertical, horizontal] = phases
  const sides = [height, width] as const
  const sizes = sides.map(positionsOf)
  const reach = phases.map(({ first, spacing, taps }, axis) => ({
    start: first,
    end: first + (taps.length - 1) * spacing + (sizes[axis] ?? 1),
    output: sides[axis]?.output ?? 1,
  }))
  const isEmpty = phases.some(({ taps }) => taps.length === 0)
  if (isEmpty || reach.some(({ start, end, output }) => start >= output || end <= 0)) {
    const dims = graph.int64s([1, inputChannels, ...sizes, batch])
    return graph.add('Expand', [graph.floats([0], []), dims])
  }
  const taps = vertical.taps.flatMap((y) => horizontal.taps.map((x) => y * width.window + x))
  const kernel = [vertical.taps.length, horizontal.taps.length] as const
  const source = cropped(lowering, maps(lowering, dy), reach)
  const [before, after] = [
    reach.map(({ start }) => Math.max(0, -start)),
    reach.map(({ end, output }) => Math.max(0, end - output)),
  ]
  return graph.add('Conv', [source, chosenTaps(lowering, filter, taps, kernel)], {
    attributes: {
      kernel_shape: [...kernel, 1],
      pads: [...before, 0, ...after, 0],
      dilations: [vertical.spacing, horizontal.spacing, 1],
    },
  })
}

/** Leaves out the rows and columns of [1,O,h,w,B] outside of what is read. */
function cropped(
  { graph }: Lowering,
  name: string,
  reach: readonly { readonly start: number; readonly end: number; readonly output: number }[],
): string {
  if (reach.every(({ start, end, output }) => start <= 0 && end >= output)) return name
  const starts = reach.map(({ start }) => Math.max(0, start))
  const ends = reach.map(({ end, output }) => Math.min(end, output))
  const bounds = [starts, ends, [2, 3]].map((numbers) => graph.int64s(numbers))
  return graph.add('Slice', [name, ...bounds])
}
