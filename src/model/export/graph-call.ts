import { AppError } from '../../core/errors.js'
import { fillOf, sameShape, type TracedCall, type Value } from '../../engine/onnx/values.js'
import { compareSizes, type BatchTraces, type Size } from './batch-traces.js'
import type { DataType, GraphNodes } from './graph-nodes.js'

/** One kernel call of both traces, as the rules of a GraphModel look at it. */
export interface GraphCall {
  readonly graph: GraphNodes
  readonly kernel: string
  readonly layer: string
  /** The call of the first trace. */
  readonly traced: TracedCall
  /** The node of an input; of a list of inputs, all of them. */
  readonly input: (name: string) => string
  readonly inputs: () => string[]
  /** Like `input`; a value that is the same everywhere becomes a scalar where broadcasting gives the same result. */
  readonly operand: (name: string) => string
  readonly has: (name: string) => boolean
  readonly sizes: (name: string) => Size[]
  readonly outputSizes: () => Size[]
  readonly type: (name: string) => DataType
  /** An attribute that both traces agree on. */
  readonly attribute: (name: string) => unknown
  /** An attribute that holds sizes. */
  readonly sizesIn: (name: string) => Size[]
  /** Adds a node named after the layer. */
  readonly add: GraphNodes['add']
}

/** Pairs up the calls of two traces; a value's node is looked up in, or made through, `nodeOf`. */
export function graphCall(
  graph: GraphNodes,
  [first, second]: readonly [TracedCall, TracedCall],
  batches: BatchTraces['batches'],
  nodeOf: (first: Value, second: Value) => string,
): GraphCall {
  const { kernel, layer } = first
  const pair = (name: string): readonly [Value, Value] => {
    const [one, other] = [first.inputs[name], second.inputs[name]]
    if (!one || !other) throw new Error(`Kernel ${kernel} was called without '${name}'`)
    return [one, other]
  }
  const input = (name: string): string => nodeOf(...pair(name))
  const output = (): Value => {
    const [value] = first.outputs
    if (!value) throw new Error(`Kernel ${kernel} has no output`)
    return value
  }
  return {
    graph,
    kernel,
    layer,
    traced: first,
    input,
    inputs: () => Object.keys(first.inputs).map((_, index) => input(String(index))),
    operand(name) {
      const [one] = pair(name)
      const fill = fillOf(one)
      const others = Object.entries(first.inputs).filter(([key]) => key !== name)
      const isCovered = others.some(
        ([, value]) => fillOf(value) === undefined && sameShape(value.shape, output().shape),
      )
      return fill !== undefined && isCovered ? scalar(graph, fill, one.dtype) : input(name)
    },
    has: (name) => first.inputs[name] !== undefined,
    sizes(name) {
      const [one, other] = pair(name)
      return allSizes(one.shape, other.shape, batches)
    },
    outputSizes: () => allSizes(output().shape, second.outputs[0]?.shape ?? [], batches),
    type: (name) => pair(name)[0].dtype,
    attribute(name) {
      const [one, other] = [first.attributes[name], second.attributes[name]]
      if (JSON.stringify(one) === JSON.stringify(other)) return one
      throw new Error(`${name} of ${kernel} in ${layer} depends on the batch size`)
    },
    sizesIn: (name) =>
      allSizes(
        [first.attributes[name]].flat() as number[],
        [second.attributes[name]].flat() as number[],
        batches,
      ),
    add: (op, from, attr, under = layer) => graph.add(op, from, attr, under),
  }
}

/** The sizes of two shapes that differ in nothing but the batch. */
export function allSizes(
  first: readonly number[],
  second: readonly number[],
  batches: BatchTraces['batches'],
): Size[] {
  return first.map((size, index) => {
    const joined = compareSizes([size, second[index] ?? Number.NaN], batches)
    if (joined === undefined) throw new Error(`A size of ${size} depends on the batch size`)
    return joined
  })
}

/** A constant without axes. */
export function scalar(graph: GraphNodes, value: number, dtype: DataType): string {
  const types = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }
  return graph.constant({ shape: [], dtype, data: types[dtype].from([value]) })
}

/** What is told of a kernel that a GraphModel has no word for. */
export function noGraphRule({ kernel, layer }: { kernel: string; layer: string }): AppError {
  return new AppError(
    'engine_unsupported',
    `A tfjs GraphModel cannot hold ${kernel}, called in or after layer ${layer}`,
    { hint: 'Export with format=onnx instead.' },
  )
}
