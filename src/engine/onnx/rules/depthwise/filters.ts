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
