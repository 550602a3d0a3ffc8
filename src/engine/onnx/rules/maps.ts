import { featureOrder, filterOrder } from '../layout.js'
import type { Lowering, Placed } from '../lowering.js'
import { sizeOf, type Shape, type Value } from '../values.js'

/** Feature maps as [1,C,H,W,B]. */
export function maps(lowering: Lowering, value: Value): string {
  const [batch = 1, height = 1, width = 1, channels = 1] = value.shape
  const name = lowering.inOrder(value, featureOrder)
  return lowering.reshape(name, [1, channels, height, width, batch])
}

/** The place of [1,C,H,W,B] as feature maps. */
export function fromMaps(lowering: Lowering, name: string, shape: Shape): Placed {
  const [batch = 1, height = 1, width = 1, channels = 1] = shape
  return { name: lowering.reshape(name, [channels, height, width, batch]), order: featureOrder }
}

/** Filters [kh,kw,C,O] as they lie, with the axes named: [O,C,kh,kw] and those that follow. */
export function filters(lowering: Lowering, filter: Value, ...more: readonly number[]): string {
  const [kh = 1, kw = 1, inputs = 1] = filter.shape
  const outputs = sizeOf(filter.shape) / (kh * kw * inputs)
  return lowering.reshape(lowering.inOrder(filter, filterOrder), [outputs, inputs, kh, kw, ...more])
}
