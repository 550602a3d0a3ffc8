import type { Variable } from '@tensorflow/tfjs-core'

export type ValueType = 'float32' | 'int32' | 'bool'

export type Shape = readonly number[]

export interface Meta {
  readonly shape: Shape
  readonly dtype: ValueType
}

/** A tensor of the traced computation, known by what it comes from. */
export interface Value extends Meta {
  readonly id: number
  readonly source: Source
}

export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'state'; readonly variable: Variable }
  /** Every element is the same number. */
  | { readonly kind: 'fill'; readonly value: number }
  /** A tensor that existed before the trace and does not change. */
  | { readonly kind: 'data'; readonly data: Float32Array | Int32Array }
  | { readonly kind: 'call'; readonly call: Call; readonly output: number }

/** One kernel as tfjs called it. */
export interface Call {
  readonly kernel: string
  readonly inputs: Readonly<Record<string, Value>>
  readonly attributes: Readonly<Record<string, unknown>>
  /** The model layer entered last before the call, for messages. */
  readonly layer: string
}

/** A call with the values it produced. */
export interface TracedCall extends Call {
  readonly outputs: readonly Value[]
}

/** The input of that name; kernels with a list of inputs name them '0', '1', ... */
export function input(call: Call, name: string): Value {
  const value = call.inputs[name]
  if (!value) throw new Error(`Kernel ${call.kernel} was called without '${name}'`)
  return value
}

/** The kernel's list of inputs, in order. */
export function inputList(call: Call): Value[] {
  return Object.keys(call.inputs).map((_, index) => input(call, String(index)))
}

/** A kernel attribute, with the type tfjs documents for it. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- states the type at the call
export function attribute<T>(call: Call, name: string): T {
  return call.attributes[name] as T
}

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1)
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis])
}

/** The number a value is filled with, if it is a fill. */
export function fillOf(value: Value | undefined): number | undefined {
  return value?.source.kind === 'fill' ? value.source.value : undefined
}
