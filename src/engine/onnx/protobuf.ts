/** The element types the engine puts into a graph, with their numbers in ONNX's TensorProto.DataType. */
export const elementTypes = { float32: 1, int32: 6, int64: 7, bool: 9 } as const

export type ElementType = keyof typeof elementTypes

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }

export interface NodeProto {
  readonly op: string
  readonly domain: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

export interface TensorProto {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly number[]
  /** Little-endian values, row-major. */
  readonly bytes: Uint8Array
}

export interface ValueProto {
  readonly name: string
  readonly type: ElementType
  /** Sizes; a name stands for a size that is known only when the graph runs. */
  readonly dims: readonly (number | string)[]
  /** A sequence of tensors of that type, whatever their dimensions. */
  readonly isSequence?: boolean
}

export interface GraphProto {
  readonly nodes: readonly NodeProto[]
  readonly initializers: readonly TensorProto[]
  readonly inputs: readonly ValueProto[]
  readonly outputs: readonly ValueProto[]
}

/** What a model says of itself. */
export interface ModelFacts {
  readonly graphName: string
  readonly producerVersion: string
  readonly description: string
  readonly metadata: Readonly<Record<string, string>>
}

const stepFacts: ModelFacts = {
  graphName: 'step',
  producerVersion: '',
  description: '',
  metadata: {},
}

/** A message in pieces, so that the values of large tensors are copied once only. */
type Pieces = readonly Uint8Array[]

const irVersion = 8
const opsetVersion = 18

/** Serializes a graph as an ONNX ModelProto (field numbers of onnx.proto, IR version 8, operator set 18). */
export function encodeModel(graph: GraphProto, facts: ModelFacts = stepFacts): Uint8Array {
  const domains = new Set(['', ...graph.nodes.map((node) => node.domain)])
  const { producerVersion, description, metadata } = facts
  return Buffer.concat(
    [
      varintField(1, irVersion),
      textField(2, 'atelier'),
      optionalField(3, producerVersion),
      optionalField(6, description),
      messageField(7, encodeGraph(graph, facts.graphName)),
      ...[...domains].map((domain) =>
        messageField(8, [
          ...textField(1, domain),
          ...varintField(2, domain === '' ? opsetVersion : 1),
        ]),
      ),
      ...Object.entries(metadata).map(([key, value]) =>
        messageField(14, [...textField(1, key), ...textField(2, value)]),
      ),
    ].flat(),
  )
}

function encodeGraph(graph: GraphProto, name: string): Pieces {
  return [
    ...graph.nodes.map((node) => messageField(1, encodeNode(node))),
    textField(2, name),
    ...graph.initializers.map((tensor) => messageField(5, encodeTensor(tensor))),
    ...graph.inputs.map((value) => messageField(11, encodeValue(value))),
    ...graph.outputs.map((value) => messageField(12, encodeValue(value))),
  ].flat()
}

function encodeNode(node: NodeProto): Pieces {
  return [
    ...node.inputs.map((name) => textField(1, name)),
    ...node.outputs.map((name) => textField(2, name)),
    textField(3, node.name),
    textField(4, node.op),
    ...Object.entries(node.attributes).map(([name, value]) =>
      messageField(5, encodeAttribute(name, value)),
    ),
    textField(7, node.domain),
  ].flat()
}

const attributeTypes = { float: 1, int: 2, text: 3, ints: 7 }

function encodeAttribute(name: string, attribute: Attribute): Pieces {
  const type = varintField(20, attributeTypes[attribute.kind])
  return [...textField(1, name), ...type, ...attributeValue(attribute)]
}

function attributeValue(attribute: Attribute): Pieces {
  switch (attribute.kind) {
    case 'float':
      return floatField(2, attribute.value)
    case 'int':
      return varintField(3, attribute.value)
    case 'text':
      return textField(4, attribute.value)
    case 'ints':
      return attribute.value.flatMap((value) => varintField(8, value))
  }
}

function encodeTensor(tensor: TensorProto): Pieces {
  return [
    ...tensor.dims.flatMap((size) => varintField(1, size)),
    ...varintField(2, elementTypes[tensor.type]),
    ...textField(8, tensor.name),
    ...messageField(9, [tensor.bytes]),
  ]
}

function encodeValue(value: ValueProto): Pieces {
  return [...textField(1, value.name), ...messageField(2, encodeType(value))]
}

function encodeType(value: ValueProto): Pieces {
  const elementType = varintField(1, elementTypes[value.type])
  if (value.isSequence === true)
    return messageField(4, messageField(1, messageField(1, elementType)))
  const shape = value.dims.flatMap((size) =>
    messageField(1, typeof size === 'string' ? textField(2, size) : varintField(1, size)),
  )
  return messageField(1, [...elementType, ...messageField(2, shape)])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return bytes
}

function varintField(field: number, value: number): Pieces {
  return [Uint8Array.from([...varint(field * 8), ...varint(value)])]
}

function messageField(field: number, pieces: Pieces): Pieces {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  return [Uint8Array.from([...varint(field * 8 + 2), ...varint(length)]), ...pieces]
}

function textField(field: number, text: string): Pieces {
  return messageField(field, [new TextEncoder().encode(text)])
}

function optionalField(field: number, text: string): Pieces {
  return text === '' ? [] : textField(field, text)
}

function floatField(field: number, value: number): Pieces {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return [Uint8Array.from(varint(field * 8 + 5)), bytes]
}
