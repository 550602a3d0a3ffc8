import type { Variable } from '@tensorflow/tfjs-core'
import { cast, createGraph, type Graph } from './graph.js'
import type { GraphFeed, Lowering, Placed } from './lowering.js'
import {
  at,
  rowMajor,
  sameLayout,
  stateOrder,
  storedShape,
  wideAxes,
  withLeadingAxes,
  type Order,
} from './layout.js'
import { ruleOf } from './kernels.js'
import type { Trace } from './recorder.js'
import { reverse, reversesWell } from './reversal.js'
import type { Rule } from './rules/rule.js'
import { fillOf, sameShape, type TracedCall, type Value, type ValueType } from './values.js'

/** Variables that lie in one buffer, as far as a graph needs to know. */
interface Pack {
  readonly members: readonly Variable[]
}

/**
 * Emits the nodes of a whole trace, in the order traced; returns where its values ended. The engine's own rules compute
 * batch last; `rules` may be others.
 */
export function lower(
  trace: Trace,
  packs: readonly Pack[],
  rules: (kernel: string, layer: string) => Rule = ruleOf,
): Lowering {
  const graph = createGraph()
  const places = new Map<number, Placed>()
  const dimensions = new Map<string, readonly number[]>()
  /** What a reshaped tensor was before, so that reshapes in a row become one or none. */
  const roots = new Map<string, string>()
  const put = (value: Value, placed: Placed): Placed => {
    places.set(value.id, placed)
    dimensions.set(placed.name, storedShape(value.shape, placed.order))
    return placed
  }

  const inputs = new Map(trace.inputs.map((entry) => [inputName(entry.name), entry]))
  const feeds = new Map<string, GraphFeed>()
  const feedAs = ({ name, value }: Trace['inputs'][number], dims: readonly number[]): string => {
    const fed = sameShape(dims, value.shape)
      ? inputName(name)
      : inputName(`${name} ${dims.join('x')}`)
    feeds.set(fed, { name: fed, input: name, type: value.dtype, dims })
    return fed
  }
  for (const entry of trace.inputs) feedAs(entry, entry.value.shape)

  const lowering: Lowering = {
    graph,
    feeds: () => [...feeds.values()],
    place(value) {
      const known = places.get(value.id)
      if (known) return known
      return put(value, placeSource(lowering, value, packs))
    },
    inOrder(value, order) {
      const placed = lowering.place(value)
      const dims = storedShape(value.shape, order)
      if (sameLayout(value.shape, placed.order, order)) {
        const asIs = sameShape(storedShape(value.shape, placed.order), dims)
        return asIs ? placed.name : lowering.reshape(placed.name, dims)
      }
      return transpose(lowering, value, placed, order)
    },
    operand(value, order) {
      const fill = fillOf(value)
      if (fill !== undefined) return scalar(graph, fill, value.dtype)
      const added = order.length - value.shape.length
      const { name, order: own } = lowering.place(value)
      const shape = [...rowMajor(added).map(() => 1), ...value.shape]
      if (!sameLayout(shape, withLeadingAxes(own, added), order)) {
        const reordered = order.filter((axis) => axis >= added).map((axis) => axis - added)
        return broadcastable(lowering, lowering.inOrder(value, reordered), shape, order, reordered)
      }
      return broadcastable(lowering, name, shape, order, own)
    },
    reshape(name, dims, from) {
      const root = roots.get(name) ?? name
      if (from && root === name) dimensions.set(name, from)
      const known = dimensions.get(root)
      if (known && sameShape(known, dims)) return root
      const fed = inputs.get(root)
      if (fed) return feedAs(fed, dims)
      const result = graph.add('Reshape', [root, graph.int64s(dims)])
      roots.set(result, root)
      return result
    },
  }

  for (const call of trace.calls) emit(call, rules(call.kernel, call.layer), lowering, put)
  return lowering
}

function emit(
  call: TracedCall,
  rule: Rule,
  lowering: Lowering,
  put: (value: Value, placed: Placed) => void,
): void {
  const placed = rule.emit(call, lowering)
  call.outputs.forEach((value, index) => {
    const place = placed[index]
    if (!place) throw new Error(`The rule for ${call.kernel} did not place output ${index}`)
    put(value, place)
  })
}

/** Moves as few axes as possible: those that stay side by side move as one, and those of size one not at all. */
function transpose(lowering: Lowering, value: Value, placed: Placed, order: Order): string {
  const { shape } = value
  const groups: number[][] = []
  for (const axis of wideAxes(shape, placed.order)) {
    const group = groups.at(-1)
    const target = wideAxes(shape, order)
    const follows = group && target[target.indexOf(group.at(-1) ?? -1) + 1] === axis
    if (follows) group.push(axis)
    else groups.push([axis])
  }
  const sizes = groups.map((group) => group.reduce((size, axis) => size * at(shape, axis), 1))
  const source = lowering.reshape(placed.name, sizes)
  const wanted = [...groups.keys()].sort((a, b) => rank(a) - rank(b))
  const isReversal = wanted.length === 3 && wanted[0] === 2 && wanted[1] === 1
  const moved =
    isReversal && reversesWell(sizes)
      ? reverse(lowering.graph, (...given) => lowering.reshape(...given), source, sizes)
      : lowering.graph.add('Transpose', [source], { attributes: { perm: wanted } })
  return lowering.reshape(moved, storedShape(shape, order))

  function rank(group: number): number {
    return order.indexOf(groups[group]?.[0] ?? 0)
  }
}

/** Drops leading ones, which broadcasting adds by itself, so that most operands need no reshape. */
function broadcastable(
  lowering: Lowering,
  name: string,
  shape: readonly number[],
  order: Order,
  own: Order,
): string {
  const wanted = storedShape(shape, order)
  const added = shape.length - own.length
  const actual = storedShape(shape, withLeadingAxes(own, added)).slice(added)
  if (sameShape(withoutLeadingOnes(actual), withoutLeadingOnes(wanted))) return name
  return lowering.reshape(name, added > 0 ? withoutLeadingOnes(wanted) : wanted)
}

function withoutLeadingOnes(dims: readonly number[]): number[] {
  const first = dims.findIndex((size) => size !== 1)
  return first < 0 ? [] : dims.slice(first)
}

function placeSource(lowering: Lowering, value: Value, packs: readonly Pack[]): Placed {
  const { graph } = lowering
  const { source, shape, dtype } = value
  const order = rowMajor(shape.length)
  switch (source.kind) {
    case 'input':
      return { name: inputName(source.name), order }
    case 'state':
      return placeState(lowering, source.variable, packs)
    case 'fill':
      return {
        name: graph.add('Expand', [scalar(graph, source.value, dtype), graph.int64s(shape)]),
        order,
      }
    case 'data':
      return { name: dataName(graph, source.data, value), order }
    case 'call':
      throw new Error(`An output of ${source.call.kernel} was used before it was made`)
  }
}

function dataName(graph: Graph, data: Float32Array | Int32Array, { shape, dtype }: Value): string {
  if (dtype === 'float32') return graph.floats(Float32Array.from(data), shape)
  const integers = graph.int32s(Int32Array.from(data), shape)
  return dtype === 'int32' ? integers : cast(graph, integers, 'bool')
}

function scalar(graph: Graph, value: number, dtype: ValueType): string {
  if (dtype === 'float32') return graph.floats([value], [])
  const integer = graph.int32s([value], [])
  return dtype === 'int32' ? integer : cast(graph, integer, 'bool')
}

/** The graph's name of a step input. */
function inputName(name: string): string {
  return `input ${name}`
}

/** The graph's name of a pack's buffer. */
export function packName(packs: readonly Pack[], pack: Pack): string {
  return `state ${packs.indexOf(pack)}`
}

/** A variable is its pack, or a part of it. */
export function placeState(lowering: Lowering, variable: Variable, packs: readonly Pack[]): Placed {
  const pack = packs.find(({ members }) => members.includes(variable))
  if (!pack) throw new Error(`Variable ${variable.name} has no place in the state`)
  const order = stateOrder(variable.shape.length)
  const name = packName(packs, pack)
  const { members } = pack
  if (members.length === 1) return { name, order }
  const sizes = lowering.graph.int64s(members.map(({ size }) => size))
  const parts = lowering.graph.addMany('Split', [name, sizes], members.length, {
    attributes: { axis: 0 },
  })
  const part = parts[members.indexOf(variable)] ?? ''
  const shape = storedShape(variable.shape, order)
  return { name: lowering.reshape(part, shape, [variable.size]), order }
}
