import type { Size } from './batch-traces.js'

export type DataType = 'float32' | 'int32' | 'bool'

/** An attribute of a TensorFlow NodeDef in its JSON form. */
export type Attribute = Readonly<Record<string, unknown>>

/** A TensorFlow NodeDef in its JSON form, as a tfjs GraphModel holds it. */
export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly input: readonly string[]
  readonly attr: Readonly<Record<string, Attribute>>
}

/** Values of a `Const` node. */
export interface Constant {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: DataType
  readonly data: Float32Array | Int32Array | Uint8Array
}

/** A TensorFlow graph under construction; equal nodes and equal constants are made once. */
export interface GraphNodes {
  /** Adds a node, with a name of its own or one made from `under`, and returns its name. */
  readonly add: (
    op: string,
    input: readonly string[],
    attr: Readonly<Record<string, Attribute>>,
    under?: string,
  ) => string
  readonly place: (node: GraphNode) => void
  readonly constant: (constant: Omit<Constant, 'name'> & { readonly name?: string }) => string
  readonly floats: (values: readonly number[], shape: readonly number[]) => string
  readonly ints: (values: readonly number[], shape?: readonly number[]) => string
  /** A vector of sizes; with several multiples of the batch size, or where -1 may not stand, it is computed. */
  readonly sizes: (sizes: readonly Size[], form: 'inferred' | 'exact') => string
  /** The nodes and constants that one of them needs. */
  readonly collect: (output: string) => {
    readonly nodes: readonly GraphNode[]
    readonly constants: readonly Constant[]
  }
}

const typeNames: Readonly<Record<DataType, string>> = {
  float32: 'DT_FLOAT',
  int32: 'DT_INT32',
  bool: 'DT_BOOL',
}

/** Attributes by kind; texts are base64 in the JSON form. */
export const attributes = {
  type: (dtype: DataType): Attribute => ({ type: typeNames[dtype] }),
  int: (value: number): Attribute => ({ i: value }),
  float: (value: number): Attribute => ({ f: value }),
  bool: (value: boolean): Attribute => ({ b: value }),
  text: (value: string): Attribute => ({ s: base64(value) }),
  ints: (values: readonly number[]): Attribute => ({ list: { i: values } }),
  texts: (values: readonly string[]): Attribute => ({ list: { s: values.map(base64) } }),
  shape: (sizes: readonly number[]): Attribute => ({ shape: { dim: dimensions(sizes) } }),
}

/** Starts a graph whose batch size is that of the node `image`. */
export function createGraphNodes(image: string): GraphNodes {
  const nodes = new Map<string, GraphNode>()
  const known = new Map<string, string>()
  const constants = new Map<string, Constant>()

  const add: GraphNodes['add'] = (op, input, attr, under = '') => {
    const key = JSON.stringify([op, input, attr])
    const existing = known.get(key)
    if (existing !== undefined) return existing
    const name = `${under === '' ? '' : `${under}/`}${op}_${nodes.size}`
    nodes.set(name, { name, op, input, attr })
    known.set(key, name)
    return name
  }

  const constant: GraphNodes['constant'] = ({ name, shape, dtype, data }) => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    const key = name ?? `${dtype} ${shape.join('x')} ${bytes.toString('base64')}`
    const existing = known.get(key)
    if (existing !== undefined) return existing
    const own = name ?? `Const_${nodes.size}`
    const tensorShape = { dim: dimensions(shape) }
    const value = { tensor: { dtype: typeNames[dtype], tensorShape } }
    nodes.set(own, {
      name: own,
      op: 'Const',
      input: [],
      attr: { dtype: attributes.type(dtype), value },
    })
    constants.set(own, { name: own, shape, dtype, data })
    known.set(key, own)
    return own
  }

  const ints: GraphNodes['ints'] = (values, shape = [values.length]) =>
    constant({ shape, dtype: 'int32', data: Int32Array.from(values) })

  const batchSize = (): string => {
    const [first, one] = [ints([0]), ints([1])]
    const shape = add('Shape', [image], { out_type: attributes.type('int32') })
    return add('StridedSlice', [shape, first, one, one], { T: attributes.type('int32') })
  }

  const computed = (sizes: readonly Size[]): string => {
    const parts = sizes.map((size) => {
      if (typeof size === 'number') return ints([size])
      if (size.batches === 1) return batchSize()
      return add('Mul', [batchSize(), ints([size.batches])], { T: attributes.type('int32') })
    })
    if (parts.length === 1) return parts[0] ?? ''
    return add('ConcatV2', [...parts, ints([0], [])], { N: attributes.int(parts.length) })
  }

  return {
    add,
    place(node) {
      nodes.set(node.name, node)
    },
    constant,
    ints,
    floats: (values, shape) =>
      constant({ shape, dtype: 'float32', data: Float32Array.from(values) }),
    sizes(sizes, form) {
      const free = sizes.filter((size) => typeof size !== 'number').length
      if (free > 1 || (free === 1 && form === 'exact')) return computed(sizes)
      return ints(sizes.map((size) => (typeof size === 'number' ? size : -1)))
    },
    collect(output) {
      const needed = new Set([output])
      for (const name of needed) {
        for (const input of nodes.get(name)?.input ?? []) needed.add(nodeOf(input))
      }
      return {
        nodes: [...nodes.values()].filter(({ name }) => needed.has(name)),
        constants: [...constants.values()].filter(({ name }) => needed.has(name)),
      }
    },
  }
}

/** The node that an input such as `split:1` comes from. */
function nodeOf(input: string): string {
  return input.replace(/:\d+$/, '')
}

function dimensions(sizes: readonly number[]) {
  return sizes.map((size) => ({ size: String(size) }))
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
