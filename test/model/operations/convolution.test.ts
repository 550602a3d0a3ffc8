import assert from 'node:assert/strict'
import fc from 'fast-check'
import { convolution } from '../../../src/model/operations/convolution.js'
import { transposedConvolution } from '../../../src/model/operations/transposed-convolution.js'
import { largestDifference } from '../../contract/engine-values.js'
import { withEngines } from '../../contract/with-engines.js'
import { computed, index, numbers, range, zeros, type Array4 } from './reference.js'

type Pair = [number, number]

interface Settings {
  readonly stride: Pair
  readonly dilation: Pair
  readonly padding: [Pair, Pair]
  readonly groups: number
}

const pair = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }))

const windows = fc.record({
  size: pair(1, 3),
  stride: pair(1, 3),
  dilation: pair(1, 3),
  groups: fc.integer({ min: 1, max: 3 }),
  inputs: fc.integer({ min: 1, max: 2 }),
  outputs: fc.integer({ min: 1, max: 2 }),
  extent: pair(5, 8),
})

withEngines('convolutions by their definition', (engine) => {
  it('agree for any stride, dilation, padding and groups, gradients included', () =>
    fc.assert(
      fc.asyncProperty(windows, fc.tuple(pair(0, 2), pair(0, 2)), async (drawn, padding) => {
        const { size, inputs, outputs, groups, extent } = drawn
        const settings = { ...drawn, padding }
        const x = numbers([2, ...extent, inputs * groups])
        const kernel = numbers([...size, inputs, outputs * groups], 0.7)
        const visits = visitsOf(x.shape, kernel.shape, settings)
        const { shape } = visits
        if (shape.some((length) => length < 1)) return
        const upstream = numbers(shape, 1.3)
        const expected = [zeros(shape), zeros(x.shape), zeros(kernel.shape)] as const
        visits.each((from, tap, to) => {
          expected[0].values[to]! += x.values[from]! * kernel.values[tap]!
          expected[1].values[from]! += upstream.values[to]! * kernel.values[tap]!
          expected[2].values[tap]! += upstream.values[to]! * x.values[from]!
        })
        const { value, gradients } = await computed(engine(), [x, kernel], upstream, (a, b) =>
          convolution(a, b, settings),
        )
        compare([value, ...gradients], expected)
      }),
      { numRuns: 12 },
    ))

  it('agree transposed, with padding of the output too', () =>
    fc.assert(
      fc.asyncProperty(windows, pair(0, 2), pair(0, 2), async (drawn, edge, more) => {
        const { size, inputs, outputs, groups, stride, dilation } = drawn
        const output_padding: Pair = [
          Math.min(more[0], Math.max(stride[0], dilation[0]) - 1),
          Math.min(more[1], Math.max(stride[1], dilation[1]) - 1),
        ]
        const x = numbers([2, 3, 4, inputs * groups])
        const kernel = numbers([...size, outputs, inputs * groups], 0.7)
        const length = (axis: 0 | 1) =>
          (x.shape[axis + 1]! - 1) * stride[axis] -
          2 * edge[axis] +
          dilation[axis] * (size[axis] - 1) +
          output_padding[axis] +
          1
        const shape: Array4['shape'] = [2, length(0), length(1), outputs * groups]
        if (shape.some((side) => side < 1)) return
        const settings = {
          ...drawn,
          padding: [
            [edge[0], 0],
            [edge[1], 0],
          ] as [Pair, Pair],
        }
        const upstream = numbers(shape, 1.3)
        const expected = [zeros(shape), zeros(x.shape), zeros(kernel.shape)] as const
        const visits = visitsOf(shape, kernel.shape, settings, [x.shape[1], x.shape[2]], x.shape[3])
        visits.each((to, tap, from) => {
          expected[0].values[to]! += x.values[from]! * kernel.values[tap]!
          expected[1].values[from]! += upstream.values[to]! * kernel.values[tap]!
          expected[2].values[tap]! += upstream.values[to]! * x.values[from]!
        })
        const { value, gradients } = await computed(engine(), [x, kernel], upstream, (a, b) =>
          transposedConvolution(a, b, { stride, dilation, groups, padding: edge, output_padding }),
        )
        compare([value, ...gradients], expected)
      }),
      { numRuns: 10 },
    ))
})

/** Which input elements, taps and output elements meet. */
function visitsOf(
  input: Array4['shape'],
  kernel: Array4['shape'],
  { stride, dilation, padding, groups }: Settings,
  given?: Pair,
  channels = kernel[3],
) {
  const size = [0, 1].map(
    (axis) =>
      given?.[axis] ??
      Math.floor(
        (input[axis + 1]! +
          padding[axis]![0] +
          padding[axis]![1] -
          dilation[axis]! * (kernel[axis]! - 1) -
          1) /
          stride[axis]!,
      ) + 1,
  ) as Pair
  const shape: Array4['shape'] = [input[0], ...size, channels]
  const perGroup = channels / groups
  return {
    shape,
    each(visit: (from: number, tap: number, to: number) => void) {
      for (const [b, y, x, o] of positions(shape)) {
        for (const [ky, kx, i] of positions([kernel[0], kernel[1], kernel[2], 1])) {
          const row = y * stride[0] + ky * dilation[0] - padding[0][0]
          const column = x * stride[1] + kx * dilation[1] - padding[1][0]
          if (row < 0 || row >= input[1] || column < 0 || column >= input[2]) continue
          const channel = Math.floor(o / perGroup) * kernel[2] + i
          const from = index(input, [b, row, column, channel])
          visit(from, index(kernel, [ky, kx, i, o]), index(shape, [b, y, x, o]))
        }
      }
    },
  }
}

function positions([a, b, c, d]: Array4['shape']): [number, number, number, number][] {
  return range(a * b * c * d).map((flat) => [
    Math.floor(flat / (b * c * d)),
    Math.floor(flat / (c * d)) % b,
    Math.floor(flat / d) % c,
    flat % d,
  ])
}

function compare(actual: readonly ArrayLike<number>[], expected: readonly Array4[]): void {
  actual.forEach((values, position) => {
    const difference = largestDifference(values, expected[position]!.values)
    assert.ok(difference < 3e-6, `result ${position} differs by ${difference}`)
  })
}
