import type { GraphProto, NodeProto, TensorProto } from '../../engine/onnx/protobuf.js'
import { compareSizes, type BatchTraces, type Size } from './batch-traces.js'

/**
 * Joins the graphs of two batch sizes into one for every batch size: they are the same but for shapes, and what differs
 * in these is computed from the batch size of the input `image`.
 */
export function joinGraphs(
  [first, second]: readonly [GraphProto, GraphProto],
  batches: BatchTraces['batches'],
  image: string,
): GraphProto {
  requireSameNodes(first, second)
  const others = new Map(second.initializers.map((tensor) => [tensor.name, tensor]))
  const initializers: TensorProto[] = []
  const computed: NodeProto[] = []
  for (const tensor of first.initializers) {
    const sizes = sizesOf(tensor, others.get(tensor.name), batches)
    if (sizes === undefined) {
      initializers.push(tensor)
    } else if (isReshapeOnly(tensor.name, first) && sizes.filter(isOfBatch).length === 1) {
      const rest = sizes.map((size) => (isOfBatch(size) ? -1 : size))
      initializers.push(int64s(tensor.name, rest))
    } else {
      const pieces = computeSizes(tensor.name, sizes, image)
      initializers.push(...pieces.initializers)
      computed.push(...pieces.nodes)
    }
  }
  const nodes = [...computed, ...first.nodes]
  return { nodes, initializers, inputs: withBatch(first.inputs), outputs: withBatch(first.outputs) }

  function withBatch(values: GraphProto['inputs']): GraphProto['inputs'] {
    return values.map((value) => ({
      ...value,
      dims: value.dims.map((size) => (size === batches[0] ? 'batch' : size)),
    }))
  }
}

function requireSameNodes(first: GraphProto, second: GraphProto): void {
  const [one, other] = [first, second].map(({ nodes }) =>
    nodes.map(({ op, inputs, outputs, attributes }) =>
      JSON.stringify([op, inputs, outputs, attributes]),
    ),
  )
  const index = one?.findIndex((node, position) => node !== other?.[position]) ?? -1
  if (index < 0 && one?.length === other?.length) return
  throw new Error(`The graph depends on the batch size at ${first.nodes[index]?.name ?? 'its end'}`)
}

/** The sizes a constant holds, where it depends on the batch size; undefined where it does not. */
function sizesOf(
  tensor: TensorProto,
  other: TensorProto | undefined,
  batches: BatchTraces['batches'],
): Size[] | undefined {
  if (other !== undefined && Buffer.from(tensor.bytes).equals(other.bytes)) return undefined
  const [left, right] = [numbersOf(tensor), numbersOf(other)]
  const sizes = left.map((size, index) => compareSizes([size, right[index] ?? -1], batches))
  if (left.length !== right.length || sizes.includes(undefined)) {
    throw new Error(`The constant ${tensor.name} depends on the batch size`)
  }
  return sizes as Size[]
}

function numbersOf(tensor: TensorProto | undefined): number[] {
  if (tensor?.type !== 'int64') throw new Error('A constant that is no shape depends on the batch')
  const { buffer } = Uint8Array.from(tensor.bytes)
  return [...new BigInt64Array(buffer)].map(Number)
}

function isReshapeOnly(name: string, { nodes }: GraphProto): boolean {
  return nodes.every(({ op, inputs }) => !inputs.includes(name) || op === 'Reshape')
}

function isOfBatch(size: Size): size is { readonly batches: number } {
  return typeof size !== 'number'
}

/** A shape put together when the graph runs; its last node has the name of the constant that it stands for. */
function computeSizes(name: string, sizes: readonly Size[], image: string) {
  const batch = `${name} batch`
  const initializers: TensorProto[] = []
  const nodes = [node('Shape', [image], batch, { start: 0, end: 1 })]
  const parts = sizes.map((size, index) => {
    const part = `${name} ${index}`
    if (!isOfBatch(size)) {
      initializers.push(int64s(part, [size]))
      return part
    }
    if (size.batches === 1) return batch
    initializers.push(int64s(`${part} factor`, [size.batches]))
    nodes.push(node('Mul', [batch, `${part} factor`], part, {}))
    return part
  })
  nodes.push(node('Concat', parts, name, { axis: 0 }))
  return { initializers, nodes }
}

function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number>>,
): NodeProto {
  const encoded = Object.entries(attributes).map(
    ([key, value]) => [key, { kind: 'int', value }] as const,
  )
  const named = { op, domain: '', name: output, inputs, outputs: [output] }
  return { ...named, attributes: Object.fromEntries(encoded) }
}

/** A constant vector of shapes or axes. */
export function int64s(name: string, values: readonly number[]): TensorProto {
  const numbers = BigInt64Array.from(values.map(BigInt))
  return { name, type: 'int64', dims: [values.length], bytes: new Uint8Array(numbers.buffer) }
}
