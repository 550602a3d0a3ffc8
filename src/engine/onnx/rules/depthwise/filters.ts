import type { Order } from '../../layout.js'
import type { Lowering } from '../../lowering.js'
import type { Value } from '../../values.js'

/** Filters [kh,kw,C,m] as [C,m,kh,kw]: output channel c * m + i is the i-th filter of channel c. */
export const depthwiseOrder: Order = [2, 3, 0, 1]

/** A filter's weights, [C * m, kh * kw]. */
export function weightRows(lowering: Lowering, filter: Value): string {
  const [kh = 1, kw = 1, channels = 1, multiplier = 1] = filter.shape
  const stored = lowering.inOrder(filter, depthwiseOrder)
  return lowering.reshape(stored, [channels * multiplier, kh * kw])
}

/** A tensor with one more position along axis 1, which is zero, for indices to point at. */
function withZero({ graph }: Lowering, name: string, dims: readonly number[]): string {
  const zeros = graph.add('Expand', [graph.floats([0], []), graph.int64s(dims.with(1, 1))])
  return graph.add('Concat', [name, zeros], { attributes: { axis: 1 } })
}

/** The positions along axis 1 given by the indices; `dims[1]`, one past the last, stands for zero. */
export function pick(
  lowering: Lowering,
  name: string,
  dims: readonly number[],
  indices: Int32Array,
): string {
  const { graph } = lowering
  const [, size = 0] = dims
  if (indices.length === size && indices.every((value, index) => value === index)) return name
  const source = indices.includes(size) ? withZero(lowering, name, dims) : name
  return graph.add('Gather', [source, graph.int32s(indices, [indices.length])], {
    attributes: { axis: 1 },
  })
}
