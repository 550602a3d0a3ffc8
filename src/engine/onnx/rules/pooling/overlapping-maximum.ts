import { featureOrder, rowMajor } from '../../layout.js'
import type { Lowering, Placed } from '../../lowering.js'
import type { Value } from '../../values.js'
import { windowAttributes, type Side, type Window } from '../../windows.js'
import { maps } from '../maps.js'
import { pick, sideBySide, zeros } from '../pick.js'
import { whereEqual } from './where-equal.js'

/**
 * The gradient of max pooling for windows that overlap, meet padding or leave gaps. The first maximum of a window, row by
 * row, is in the first row that holds the maximum, and in the first column of that row: so each value of dy goes to a row
 * first, and what a row got goes to its columns. Passes over half and quarter maps, which all use every thread.
 */
export function overlappingMaximum(
  lowering: Lowering,
  { x, largest, dy }: { readonly x: Value; readonly largest: Value; readonly dy: Value },
  window: Window,
): Placed {
  const { graph, reshape, inOrder } = lowering
  const { batch, inputChannels: channels, height, width } = window
  const row = width.output * batch
  const flat = (value: Value) =>
    reshape(inOrder(value, featureOrder), [channels, height.output, row])
  const rowMaxima = reshape(
    graph.add('MaxPool', [maps(lowering, x)], { attributes: alongRows(window) }),
    [channels, height.input, row],
    [1, channels, height.input, width.output, batch],
  )
  const rows = handOver(lowering, {
    outer: channels,
    side: height,
    inner: row,
    seen: rowMaxima,
    largest: flat(largest),
    dy: flat(dy),
  })
  const lines = [channels * height.input, width.output, batch]
  const name = handOver(lowering, {
    outer: channels * height.input,
    side: width,
    inner: batch,
    seen: reshape(inOrder(x, featureOrder), lines.with(1, width.input)),
    largest: reshape(rowMaxima, lines),
    dy: reshape(rows, lines, [channels, height.input, row]),
  })
  const dims = [channels, height.input, width.input, batch]
  return { name: reshape(name, dims, lines.with(1, width.input)), order: featureOrder }
}

function alongRows(window: Window): Record<string, number[]> {
  const { width } = window
  const height = { ...window.height, window: 1, stride: 1, before: 0, after: 0 }
  return windowAttributes({ ...window, height, width })
}

interface Line {
  readonly outer: number
  readonly side: Side
  readonly inner: number
  /** [outer, input, inner] */
  readonly seen: string
  /** [outer, output, inner] */
  readonly largest: string
  readonly dy: string
}

/** Tap by tap, what has its maximum there is handed over, and the rest goes on; returns [outer, input, inner]. */
function handOver(lowering: Lowering, { outer, side, inner, seen, largest, dy }: Line): string {
  const { graph } = lowering
  const last = side.window - 1
  let rest = dy
  const parts = rowMajor(side.window).map((tap) => {
    if (tap === last) return rest
    const positions = rowMajor(side.output).map((output) => nearest(side, output, tap))
    const dims = [outer, side.input, inner]
    const values = pick(lowering, seen, dims, Int32Array.from(positions))
    const part = graph.add('Mul', [rest, whereEqual(graph, values, largest)])
    rest = graph.add('Sub', [rest, part])
    return part
  })
  return addUp(lowering, parts, { outer, side, inner })
}

/** Adds the parts at the positions that they were for. */
function addUp(
  lowering: Lowering,
  parts: readonly string[],
  { outer, side, inner }: Pick<Line, 'outer' | 'side' | 'inner'>,
): string {
  const sources = rowMajor(side.input).map((): number[] => [])
  for (const tap of rowMajor(side.window)) {
    for (const output of rowMajor(side.output)) {
      sources[nearest(side, output, tap)]?.push(tap * side.output + output)
    }
  }
  const missing = side.window * side.output
  const depth = Math.max(...sources.map((list) => list.length))
  const isEven = sources.every((list) => list.length === depth)
  const dims = [outer, isEven ? missing : missing + 1, inner]
  const all = isEven ? parts : [...parts, zeros(lowering, dims)]
  const joined = all.length === 1 ? (all[0] ?? '') : sideBySide(lowering, all)
  return rowMajor(depth)
    .map((level) => sources.map((list) => list[level] ?? missing))
    .map((indices) => pick(lowering, joined, dims, Int32Array.from(indices)))
    .reduce((sum, part) => lowering.graph.add('Add', [sum, part]))
}

/**
 * The input position under a tap; in the padding, the nearest one inside, which the window has seen or sees anyway: a tap
 * before it then acts in its place, and one after it finds nothing left.
 */
function nearest({ input, stride, before }: Side, output: number, tap: number): number {
  return Math.min(input - 1, Math.max(0, output * stride + tap - before))
}
