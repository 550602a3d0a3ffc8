import { at, storedShape } from '../layout.js'
import { cast } from '../graph.js'
import {
  attribute,
  fillOf,
  input,
  sameShape,
  type Call,
  type Meta,
  type Shape,
  type Value,
  type ValueType,
} from '../values.js'
import { refill, type Rule } from './rule.js'

/** Kernels that repeat or convert what is there. */
export const copyRules: Readonly<Record<string, Rule>> = {
  Identity: sameAs((call) => input(call, 'x')),
  ZerosLike: filled((call) => [input(call, 'x'), 0]),
  OnesLike: filled((call) => [input(call, 'x'), 1]),
  Fill: filled((call) => [
    {
      shape: attribute<Shape>(call, 'shape'),
      dtype: attribute<ValueType | undefined>(call, 'dtype') ?? 'float32',
    },
    attribute<number>(call, 'value'),
  ]),
  Cast: {
    outputs: (call) => [{ ...input(call, 'x'), dtype: attribute<ValueType>(call, 'dtype') }],
    simplify(call, fill) {
      const x = input(call, 'x')
      const dtype = attribute<ValueType>(call, 'dtype')
      if (x.dtype === dtype) return x
      const number = fillOf(x)
      if (number === undefined) return undefined
      const converted = { float32: number, int32: Math.trunc(number), bool: Number(number !== 0) }
      return fill({ shape: x.shape, dtype }, converted[dtype])
    },
    emit(call, { graph, place }) {
      const { name, order } = place(input(call, 'x'))
      return [{ name: cast(graph, name, attribute<ValueType>(call, 'dtype')), order }]
    },
  },
  Tile: {
    outputs: (call) => [tiled(call)],
    simplify(call, fill) {
      const x = input(call, 'x')
      return sameShape(tiled(call).shape, x.shape) ? x : refill(call, 'x', tiled(call), fill)
    },
    emit(call, { graph, place }) {
      const x = input(call, 'x')
      const { name, order } = place(x)
      const repeats = storedShape(attribute<Shape>(call, 'reps'), order)
      const stretches = order.every((axis, i) => at(x.shape, axis) === 1 || repeats[i] === 1)
      const target = stretches ? storedShape(tiled(call).shape, order) : repeats
      return [
        { name: graph.add(stretches ? 'Expand' : 'Tile', [name, graph.int64s(target)]), order },
      ]
    },
  },
}

function sameAs(pick: (call: Call) => Value): Rule {
  return {
    outputs: (call) => [pick(call)],
    simplify: pick,
    emit: (call, { place }) => [place(pick(call))],
  }
}

function filled(pick: (call: Call) => readonly [Meta, number]): Rule {
  return {
    outputs: (call) => [pick(call)[0]],
    simplify: (call, fill) => fill(...pick(call)),
    emit() {
      throw new Error('A fill is never emitted')
    },
  }
}

function tiled(call: Call): Meta {
  const { shape, dtype } = input(call, 'x')
  const repeats = attribute<Shape>(call, 'reps')
  return { shape: shape.map((size, axis) => size * at(repeats, axis)), dtype }
}
