import type { Lowering } from '../lowering.js'

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
  const source = indices.includes(size) ? sideBySide(lowering, [name, zeros(lowering, dims)]) : name
  return graph.add('Gather', [source, graph.int32s(indices, [indices.length])], {
    attributes: { axis: 1 },
  })
}

/** One position along axis 1 of tensors of these dimensions, filled with zeros. */
export function zeros({ graph }: Lowering, dims: readonly number[]): string {
  return graph.add('Expand', [graph.floats([0], []), graph.int64s(dims.with(1, 1))])
}

/** Tensors joined along axis 1. */
export function sideBySide({ graph }: Lowering, names: readonly string[]): string {
  return graph.add('Concat', names, { attributes: { axis: 1 } })
}
