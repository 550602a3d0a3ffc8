import { backend_util } from '@tensorflow/tfjs-core'
import { rowMajor } from '../layout.js'
import { attribute, input, inputList, type Call, type Meta } from '../values.js'
import type { Rule } from './rule.js'

/** Sums of products over named axes. */
export const einsumRules: Readonly<Record<string, Rule>> = {
  Einsum: {
    outputs: (call) => [summed(call)],
    emit(call, { graph, inOrder }) {
      const names = inputList(call).map((value) => inOrder(value, rowMajor(value.shape.length)))
      const equation = attribute<string>(call, 'equation')
      const name = graph.add('Einsum', names, { attributes: { equation } })
      return [{ name, order: rowMajor(summed(call).shape.length) }]
    },
  },
}

function summed(call: Call): Meta {
  const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(
    attribute(call, 'equation'),
    inputList(call).length,
  )
  const kept = allDims.slice(0, allDims.length - summedDims.length)
  const shape = kept.map((_, dimension) => {
    const holder = idDims.findIndex((dimensions) => dimensions.includes(dimension))
    return input(call, String(holder)).shape[idDims[holder]?.indexOf(dimension) ?? 0] ?? 1
  })
  return { shape, dtype: input(call, '0').dtype }
}
