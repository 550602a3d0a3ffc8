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
  readonly dims: readonly number[]
}

export interface GraphProto {
  readonly nodes: readonly NodeProto[]
  readonly initializers: readonly TensorProto[]
  readonly inputs: readonly ValueProto[]
  readonly outputs: readonly ValueProto[]
}

const irVersion = 8
const opsetVersion = 18

/** Serializes a graph as an ONNX ModelProto (field numbers of onnx.proto, IR version 8, operator set 18). */
export function encodeModel(graph: GraphProto): Uint8Array {
  const domains = new Set(['', ...graph.nodes.map((node) => node.domain)])
  return message([
    varintField(1, irVersion),
    textField(2, 'atelier'),
    bytesField(7, encodeGraph(graph)),
    ...[...domains].map((domain) =>
      bytesField(
        8,
        message([textField(1, domain), varintField(2, domain === '' ? opsetVersion : 1)]),
      ),
    ),
  ])
}

function encodeGraph(graph: GraphProto): Uint8Array {
  return message([
    ...graph.nodes.map((node) => bytesField(1, encodeNode(node))),
    textField(2, 'step'),
    ...graph.initializers.map((tensor) => bytesField(5, encodeTensor(tensor))),
    ...graph.inputs.map((value) => bytesField(11, encodeValue(value))),
    ...graph.outputs.map((value) => bytesField(12, encodeValue(value))),
  ])
}

function encodeNode(node: NodeProto): Uint8Array {
  return message([
    ...node.inputs.map((name) => textField(1, name)),
    ...node.outputs.map((name) => textField(2, name)),
    textField(3, node.name),
    textField(4, node.op),
    ...Object.entries(node.attributes).map(([name, value]) =>
      bytesField(5, encodeAttribute(name, value)),
    ),
    textField(7, node.domain),
  ])
}

const attributeTypes = { float: 1, int: 2, text: 3, ints: 7 }

function encodeAttribute(name: string, attribute: Attribute): Uint8Array {
  const type = varintField(20, attributeTypes[attribute.kind])
  return message([textField(1, name), type, attributeValue(attribute)])
}

function attributeValue(attribute: Attribute): Uint8Array {
  switch (attribute.kind) {
    case 'float':
      return floatField(2, attribute.value)
    case 'int':
      return varintField(3, attribute.value)
    case 'text':
      return textField(4, attribute.value)
    case 'ints':
      return message(attribute.value.map((value) => varintField(8, value)))
  }
}

function encodeTensor(tensor: TensorProto): Uint8Array {
  return message([
    ...tensor.dims.map((size) => varintField(1, size)),
    varintField(2, elementTypes[tensor.type]),
    textField(8, tensor.name),
    bytesField(9, tensor.bytes),
  ])
}

function encodeValue(value: ValueProto): Uint8Array {
  const shape = message(value.dims.map((size) => bytesField(1, varintField(1, size))))
  const tensorType = message([varintField(1, elementTypes[value.type]), bytesField(2, shape)])
  return message([textField(1, value.name), bytesField(2, bytesField(1, tensorType))])
}

function message(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
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

function varintField(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8), ...varint(value)])
}

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return message([Uint8Array.from([...varint(field * 8 + 2), ...varint(bytes.length)]), bytes])
}

function textField(field: number, text: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(text))
}

function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return message([Uint8Array.from(varint(field * 8 + 5)), bytes])
}
