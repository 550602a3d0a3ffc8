import { at, rowMajor } from '../layout.js'
import type { Lowering } from '../lowering.js'
import { attribute, input, type Call } from '../values.js'
import type { Rule } from './rule.js'

/** Running sums and products along an axis. */
export const cumulativeRules: Readonly<Record<string, Rule>> = {
  Cumsum: {
    outputs: (call) => [input(call, 'x')],
    emit(call, { graph, place }) {
      const { name, order } = place(input(call, 'x'))
      const axis = graph.int32s([order.indexOf(axisOf(call))], [])
      const attributes = { exclusive: flag(call, 'exclusive'), reverse: flag(call, 'reverse') }
      return [{ name: graph.add('CumSum', [name, axis], { attributes }), order }]
    },
  },
  /** ONNX has no such product: each round multiplies by what lies 1, 2, 4, ... places back. */
  Cumprod: {
    outputs: (call) => [input(call, 'x')],
    emit(call, lowering) {
      const x = input(call, 'x')
      const { name, order } = lowering.place(x)
      const axis = order.indexOf(axisOf(call))
      const direction = flag(call, 'reverse') ? -1 : 1
      const move = (from: string, places: number) =>
        shifted(lowering, from, { rank: order.length, axis, places: places * direction })
      let product = flag(call, 'exclusive') ? move(name, 1) : name
      for (let reach = 1; reach < at(x.shape, axisOf(call)); reach *= 2) {
        product = lowering.graph.add('Mul', [product, move(product, reach)])
      }
      return [{ name: product, order }]
    },
  },
}

function axisOf(call: Call): number {
  const axis = attribute<number>(call, 'axis')
  return axis < 0 ? axis + input(call, 'x').shape.length : axis
}

function flag(call: Call, name: string): number {
  return Number(attribute<boolean>(call, name))
}

/** Moves along an axis, ones coming in. */
function shifted(
  { graph }: Lowering,
  name: string,
  { rank, axis, places }: { rank: number; axis: number; places: number },
): string {
  const before = rowMajor(rank).map((index) => (index === axis ? places : 0))
  const pads = graph.int64s([...before, ...before.map((n) => (n === 0 ? 0 : -n))])
  return graph.add('Pad', [name, pads, graph.floats([1], [])])
}
