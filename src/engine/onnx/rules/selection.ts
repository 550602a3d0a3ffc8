import { cast } from '../graph.js'
import { rowMajor } from '../layout.js'
import { attribute, input } from '../values.js'
import type { Rule } from './rule.js'

/** The largest values of the last axis, and where they were. */
export const selectionRules: Readonly<Record<string, Rule>> = {
  TopK: {
    list: true,
    outputs: (call) => {
      const { shape, dtype } = input(call, 'x')
      const kept = [...shape.slice(0, -1), attribute<number>(call, 'k')]
      return [
        { shape: kept, dtype },
        { shape: kept, dtype: 'int32' },
      ]
    },
    emit(call, { graph, inOrder }) {
      const x = input(call, 'x')
      const order = rowMajor(x.shape.length)
      const [values = '', places = ''] = graph.addMany(
        'TopK',
        [inOrder(x, order), graph.int64s([attribute<number>(call, 'k')])],
        2,
        { attributes: { axis: -1, sorted: Number(attribute<boolean>(call, 'sorted')) } },
      )
      return [
        { name: values, order },
        { name: cast(graph, places, 'int32'), order },
      ]
    },
  },
}
