import {
  elementTypes,
  encodeModel,
  type Attribute,
  type ElementType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueProto,
} from './protobuf.js'

export type AttributeValue = number | string | readonly number[] | { readonly float: number }

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, AttributeValue>>
  readonly domain?: string
}

/** An ONNX graph under construction; equal nodes and equal constants are made once. */
export interface Graph {
  /** Adds a node with one output and returns that output's name. */
  readonly add: (op: string, inputs: readonly string[], options?: NodeOptions) => string
  /** Adds a node with `count` outputs. */
  readonly addMany: (
    op: string,
    inputs: readonly string[],
    count: number,
    options?: NodeOptions,
  ) => string[]
  /** The output of a one-output node added before without attributes, if there is one. */
  readonly find: (op: string, inputs: readonly string[]) => string | undefined
  readonly floats: (values: readonly number[] | Float32Array, dims: readonly number[]) => string
  readonly int32s: (values: readonly number[] | Int32Array, dims: readonly number[]) => string
  /** An int64 vector, as ONNX wants for shapes, axes and slice bounds. */
  readonly int64s: (values: readonly number[]) => string
  /** Gives a value the fixed name under which it is fetched. */
  readonly name: (value: string, as: string) => void
  /** What the outputs need; inputs that nothing reads are left out. */
  readonly collect: (inputs: readonly ValueProto[], outputs: readonly ValueProto[]) => GraphProto
  /** Serializes what `collect` gives. */
  readonly encode: (inputs: readonly ValueProto[], outputs: readonly ValueProto[]) => EncodedGraph
}

export interface EncodedGraph {
  readonly bytes: Uint8Array
  readonly inputs: ReadonlySet<string>
  readonly nodes: number
}

/** Starts an empty graph. */
export function createGraph(): Graph {
  const nodes: NodeProto[] = []
  const known = new Map<string, readonly string[]>()
  const constants = new Map<string, TensorProto>()

  function addMany(
    op: string,
    inputs: readonly string[],
    count: number,
    { attributes = {}, domain = '' }: NodeOptions = {},
  ): string[] {
    const key = keyOf(op, inputs, count, { attributes, domain })
    const existing = known.get(key)
    if (existing) return [...existing]
    const name = `${op}_${nodes.length}`
    const outputs = Array.from({ length: count }, (_, index) => `${name}:${index}`)
    nodes.push({ op, domain, name, inputs, outputs, attributes: encodeAttributes(attributes) })
    known.set(key, outputs)
    return [...outputs]
  }

  function constant(
    type: ElementType,
    dims: readonly number[],
    values: Float32Array | Int32Array | BigInt64Array,
  ): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    const key = `${type} ${dims.join('x')} ${Buffer.from(bytes).toString('base64')}`
    const existing = constants.get(key)
    if (existing) return existing.name
    const tensor = { name: `constant_${constants.size}`, type, dims, bytes }
    constants.set(key, tensor)
    return tensor.name
  }

  function collect(inputs: readonly ValueProto[], outputs: readonly ValueProto[]): GraphProto {
    const { live, needed } = reachable(
      nodes,
      outputs.map((output) => output.name),
    )
    return {
      nodes: mergeOutputNames(live),
      initializers: [...constants.values()].filter(({ name }) => needed.has(name)),
      inputs: inputs.filter(({ name }) => needed.has(name)),
      outputs,
    }
  }

  return {
    add: (op, inputs, options) => only(addMany(op, inputs, 1, options)),
    addMany,
    find: (op, inputs) => known.get(keyOf(op, inputs, 1, {}))?.[0],
    floats: (values, dims) => constant('float32', dims, Float32Array.from(values)),
    int32s: (values, dims) => constant('int32', dims, Int32Array.from(values)),
    int64s: (values) =>
      constant('int64', [values.length], BigInt64Array.from(values.map((value) => BigInt(value)))),
    name(value, as) {
      nodes.push({
        op: 'Identity',
        domain: '',
        name: `output ${as}`,
        inputs: [value],
        outputs: [as],
        attributes: {},
      })
    },
    collect,
    encode(inputs, outputs) {
      const graph = collect(inputs, outputs)
      const fed = new Set(graph.inputs.map(({ name }) => name))
      return { bytes: encodeModel(graph), inputs: fed, nodes: graph.nodes.length }
    },
  }
}

/** Appends a conversion to another element type. */
export function cast(graph: Graph, name: string, to: ElementType): string {
  return graph.add('Cast', [name], { attributes: { to: elementTypes[to] } })
}

function only(outputs: readonly string[]): string {
  const [output] = outputs
  if (output === undefined) throw new Error('A node without outputs')
  return output
}

function keyOf(
  op: string,
  inputs: readonly string[],
  count: number,
  { attributes = {}, domain = '' }: NodeOptions,
): string {
  return JSON.stringify([op, inputs, attributes, domain, count])
}

function encodeAttributes(values: Readonly<Record<string, AttributeValue>>) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, encodeAttribute(value)]),
  )
}

function encodeAttribute(value: AttributeValue): Attribute {
  if (typeof value === 'number') return { kind: 'int', value }
  if (typeof value === 'string') return { kind: 'text', value }
  if ('float' in value) return { kind: 'float', value: value.float }
  return { kind: 'ints', value }
}

/** Operators that want every output named; others compute less when the last ones are left out. */
const allOutputs = new Set(['Split', 'TopK'])

function reachable(nodes: readonly NodeProto[], outputs: readonly string[]) {
  const needed = new Set(outputs)
  const live: NodeProto[] = []
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue
    const last = node.outputs.findLastIndex((name) => needed.has(name))
    const outputs = allOutputs.has(node.op) ? node.outputs : node.outputs.slice(0, last + 1)
    live.push({ ...node, outputs })
    for (const name of node.inputs) needed.add(name)
  }
  return { live: live.reverse(), needed }
}

/** Lets the producer write straight into a named output, where only one name asks for its value. */
function mergeOutputNames(nodes: readonly NodeProto[]): NodeProto[] {
  const isNaming = (node: NodeProto) => node.name.startsWith('output ')
  const producers = new Set(nodes.filter((node) => !isNaming(node)).flatMap((node) => node.outputs))
  const renamed = new Map<string, string>()
  const kept: NodeProto[] = []
  for (const node of nodes) {
    const [from, to] = [node.inputs[0], node.outputs[0]]
    if (!isNaming(node) || from === undefined || to === undefined) {
      kept.push(node)
    } else if (producers.has(from) && !renamed.has(from)) {
      renamed.set(from, to)
    } else {
      kept.push(node)
    }
  }
  const rename = (name: string) => renamed.get(name) ?? name
  return kept.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: isNaming(node) ? node.outputs : node.outputs.map(rename),
  }))
}
