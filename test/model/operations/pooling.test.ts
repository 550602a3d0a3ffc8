import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  adaptiveAveragePooling,
  adaptiveMaxPooling,
} from '../../../src/model/operations/adaptive-pooling.js'
import { averagePooling, maxPooling } from '../../../src/model/operations/pooling.js'
import { largestDifference } from '../../contract/engine-values.js'
import { withEngines } from '../../contract/with-engines.js'
import { computed, index, numbers, range, zeros, type Array4 } from './reference.js'

type Pair = [number, number]

/** The rows and columns of one window; those in the padding are negative or too large. */
interface Bins {
  readonly rows: number[][]
  readonly columns: number[][]
  /** How many elements of the window an average counts. */
  readonly counted: (rows: number[], columns: number[]) => number
}

const pair = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }))

const windows = fc
  .record({
    size: pair(1, 4),
    stride: pair(1, 3),
    dilation: pair(1, 3),
    edge: pair(0, 2),
    extent: pair(4, 9),
    ceil_mode: fc.boolean(),
    count_include_pad: fc.boolean(),
    ties: fc.boolean(),
  })
  .map(({ edge, ...rest }) => ({
    ...rest,
    padding: edge.map((pixels, axis) => Math.min(pixels, Math.floor(rest.size[axis]! / 2))) as Pair,
  }))

withEngines('pooling by its definition', (engine) => {
  it('agrees for the largest of any window, the first of equal ones', () =>
    fc.assert(
      fc.asyncProperty(windows, async (drawn) => {
        const x = input(drawn.extent, drawn.ties)
        const bins = binsOf(drawn)
        if (bins === undefined || !allReal(bins, drawn.extent)) return
        await compare(x, bins, 'largest', (given) => maxPooling(given, drawn))
      }),
      { numRuns: 15 },
    ))

  it('agrees for averages of any window, counting padding or not', () =>
    fc.assert(
      fc.asyncProperty(windows, async (drawn) => {
        const options = { ...drawn, dilation: [1, 1] as Pair }
        const x = input(drawn.extent, false)
        const bins = binsOf(options)
        if (bins === undefined) return
        await compare(x, bins, 'average', (given) => averagePooling(given, options))
      }),
      { numRuns: 15 },
    ))

  it('agrees for any number of adaptive bins', () =>
    fc.assert(
      fc.asyncProperty(pair(1, 9), pair(1, 9), fc.boolean(), async (extent, output, ties) => {
        const [rows, columns] = [0, 1].map((axis) =>
          range(output[axis]!).map((bin) => {
            const start = Math.floor((bin * extent[axis]!) / output[axis]!)
            const end = Math.ceil(((bin + 1) * extent[axis]!) / output[axis]!)
            return range(end - start).map((position) => start + position)
          }),
        ) as [number[][], number[][]]
        const bins = { rows, columns, counted: (a: number[], b: number[]) => a.length * b.length }
        const x = input(extent, ties)
        await compare(x, bins, 'average', (given) => adaptiveAveragePooling(given, output))
        await compare(x, bins, 'largest', (given) => adaptiveMaxPooling(given, output))
      }),
      { numRuns: 10 },
    ))

  async function compare(
    x: Array4,
    bins: Bins,
    kind: 'average' | 'largest',
    operation: Parameters<typeof computed>[3],
  ): Promise<void> {
    const { rows, columns, counted } = bins
    const shape: Array4['shape'] = [x.shape[0], rows.length, columns.length, x.shape[3]]
    const upstream = numbers(shape, 1.3)
    const [value, gradient] = [zeros(shape), zeros(x.shape)]
    for (const [to, { batch, row, column, channel }] of places(shape).entries()) {
      const [window, across] = [rows[row]!, columns[column]!]
      const members = window.flatMap((y) =>
        across.flatMap((z) => (inside(y, z, x) ? [index(x.shape, [batch, y, z, channel])] : [])),
      )
      if (kind === 'average') {
        const share = 1 / counted(window, across)
        for (const from of members) {
          value.values[to]! += x.values[from]! * share
          gradient.values[from]! += upstream.values[to]! * share
        }
      } else {
        const largest = Math.max(...members.map((from) => x.values[from]!))
        value.values[to] = largest
        const first = members.find((from) => x.values[from] === largest)!
        gradient.values[first]! += upstream.values[to]!
      }
    }
    const results = await computed(engine(), [x], upstream, operation)
    assert.ok(largestDifference(results.value, value.values) < 2e-6, `${kind}: value`)
    assert.ok(largestDifference(results.gradients[0]!, gradient.values) < 2e-6, `${kind}: gradient`)
  }
})

function binsOf(options: {
  readonly size: Pair
  readonly stride: Pair
  readonly dilation: Pair
  readonly padding: Pair
  readonly extent: Pair
  readonly ceil_mode: boolean
  readonly count_include_pad: boolean
}): Bins | undefined {
  const { size, stride, dilation, padding, extent, ceil_mode, count_include_pad } = options
  const bins = [0, 1].map((axis) => {
    const room = extent[axis]! + 2 * padding[axis]! - dilation[axis]! * (size[axis]! - 1) - 1
    const steps = room / stride[axis]!
    let count = (ceil_mode ? Math.ceil(steps) : Math.floor(steps)) + 1
    if (ceil_mode && (count - 1) * stride[axis]! >= extent[axis]! + padding[axis]!) count--
    return range(Math.max(0, count)).map((position) =>
      range(size[axis]!).map(
        (tap) => position * stride[axis]! + tap * dilation[axis]! - padding[axis]!,
      ),
    )
  })
  const [rows = [], columns = []] = bins
  if (rows.length * columns.length === 0) return undefined
  const within = (taps: number[], axis: 0 | 1) => {
    const edge = count_include_pad ? padding[axis] : 0
    return taps.filter((tap) => tap >= -edge && tap < extent[axis] + edge).length
  }
  return { rows, columns, counted: (a, b) => within(a, 0) * within(b, 1) }
}

/** Whether each window has an element of the input: PyTorch refuses others, or answers minus infinity. */
function allReal({ rows, columns }: Bins, extent: Pair): boolean {
  return [rows, columns].every((bins, axis) =>
    bins.every((taps) => taps.some((tap) => tap >= 0 && tap < extent[axis]!)),
  )
}

function input(extent: Pair, ties: boolean): Array4 {
  const x = numbers([2, ...extent, 2])
  return ties ? { ...x, values: x.values.map((value) => Math.round(Math.max(0, value * 2))) } : x
}

function inside(y: number, z: number, { shape }: Array4): boolean {
  return y >= 0 && y < shape[1] && z >= 0 && z < shape[2]
}

function places([batches, rows, columns, channels]: Array4['shape']) {
  return range(batches).flatMap((batch) =>
    range(rows).flatMap((row) =>
      range(columns).flatMap((column) =>
        range(channels).map((channel) => ({ batch, row, column, channel })),
      ),
    ),
  )
}
