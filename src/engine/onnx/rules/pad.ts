import { at, rowMajor } from '../layout.js'
import { attribute, input, type Call, type Meta } from '../values.js'
import { scalarOf, type Rule } from './rule.js'

/** Kernels that add to the ends of axes. */
export const padRules: Readonly<Record<string, Rule>> = {
  PadV2: {
    outputs: (call) => [padded(call)],
    simplify: (call) =>
      paddings(call)
        .flat()
        .every((n) => n === 0)
        ? input(call, 'x')
        : undefined,
    emit(call, lowering) {
      const { graph, place } = lowering
      const x = input(call, 'x')
      const { name, order } = place(x)
      const byAxis = order.map((axis) => paddings(call)[axis] ?? [0, 0])
      const pads = graph.int64s([
        ...byAxis.map(([before]) => before),
        ...byAxis.map(([, after]) => after),
      ])
      const value = scalarOf(lowering, attribute<number>(call, 'constantValue'), x.dtype)
      return [{ name: graph.add('Pad', [name, pads, value]), order }]
    },
  },
  MirrorPad: {
    outputs: (call) => [padded(call)],
    simplify: (call) =>
      paddings(call)
        .flat()
        .every((n) => n === 0)
        ? input(call, 'x')
        : undefined,
    /** One gather for each axis that grows, as ONNX mirrors without the edge only. */
    emit(call, { graph, place }) {
      const x = input(call, 'x')
      const placed = place(x)
      const { order } = placed
      const repeatsEdge = attribute<string>(call, 'mode') === 'symmetric'
      const name = paddings(call).reduce((from, [before, after], axis) => {
        if (before + after === 0) return from
        const positions = mirrored(at(x.shape, axis), before, after, repeatsEdge)
        const indices = graph.int32s(positions, [positions.length])
        return graph.add('Gather', [from, indices], { attributes: { axis: order.indexOf(axis) } })
      }, placed.name)
      return [{ name, order }]
    },
  },
}

function paddings(call: Call): readonly (readonly [number, number])[] {
  return attribute(call, 'paddings')
}

function padded(call: Call): Meta {
  const { shape, dtype } = input(call, 'x')
  const grown = shape.map((size, axis) => {
    const [before, after] = paddings(call)[axis] ?? [0, 0]
    return before + size + after
  })
  return { shape: grown, dtype }
}

/** Which position each of the padded axis shows. */
function mirrored(size: number, before: number, after: number, repeatsEdge: boolean): number[] {
  const edge = repeatsEdge ? 1 : 0
  return rowMajor(before + size + after).map((index) => {
    const position = index - before
    if (position < 0) return -position - edge
    return position < size ? position : 2 * (size - 1) - position + edge
  })
}
