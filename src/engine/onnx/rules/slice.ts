import { slice_util } from '@tensorflow/tfjs-core'
import { at, rowMajor, storedShape } from '../layout.js'
import type { Lowering } from '../lowering.js'
import { attribute, input, sameShape, type Call, type Meta, type Shape } from '../values.js'
import { refill, type Rule } from './rule.js'

/** ONNX's way to say: past the first element, backwards. */
const beforeFirst = -(2 ** 31)

/** Kernels that take a range of each axis. */
export const sliceRules: Readonly<Record<string, Rule>> = {
  Slice: {
    outputs: (call) => [sliced(call)],
    simplify(call, fill) {
      const x = input(call, 'x')
      const meta = sliced(call)
      return sameShape(meta.shape, x.shape) ? x : refill(call, 'x', meta, fill)
    },
    emit(call, { graph, place }) {
      const { name, order } = place(input(call, 'x'))
      const { begin, size } = range(call)
      const end = begin.map((first, axis) => first + at(size, axis))
      const stored = { begin: storedShape(begin, order), end: storedShape(end, order) }
      return [{ name: slice(graph, name, stored), order }]
    },
  },
  StridedSlice: {
    outputs: (call) => [{ shape: stridedInfo(call).finalShape, dtype: input(call, 'x').dtype }],
    simplify: (call, fill) => {
      const meta = { shape: stridedInfo(call).finalShape, dtype: input(call, 'x').dtype }
      return refill(call, 'x', meta, fill)
    },
    emit(call, { graph, place, inOrder, reshape }) {
      const x = input(call, 'x')
      const { begin, end, strides, finalShape } = stridedInfo(call)
      const ranges = slice_util.computeOutShape(begin, end, strides)
      const bounds = {
        begin,
        end: end.map((last, axis) => (at(strides, axis) < 0 && last < 0 ? beforeFirst : last)),
        steps: strides,
      }
      if (sameShape(finalShape, ranges)) {
        const { name, order } = place(x)
        const stored = {
          begin: storedShape(bounds.begin, order),
          end: storedShape(bounds.end, order),
          steps: storedShape(strides, order),
        }
        return [{ name: slice(graph, name, stored), order }]
      }
      const name = slice(graph, inOrder(x, rowMajor(x.shape.length)), bounds)
      return [{ name: reshape(name, finalShape, ranges), order: rowMajor(finalShape.length) }]
    },
  },
  Reverse: {
    outputs: (call) => [input(call, 'x')],
    emit(call, { graph, place }) {
      const { name, order } = place(input(call, 'x'))
      const turned = new Set(
        attribute<Shape>(call, 'dims').map((axis) => (axis < 0 ? axis + order.length : axis)),
      )
      const axes = rowMajor(order.length).filter((position) => turned.has(at(order, position)))
      if (axes.length === 0) return [{ name, order }]
      const [begin, end, steps] = [-1, beforeFirst, -1].map((bound) => axes.map(() => bound))
      return [{ name: slice(graph, name, { begin, end, steps, axes }), order }]
    },
  },
}

interface Bounds {
  readonly begin: readonly number[] | undefined
  readonly end: readonly number[] | undefined
  readonly steps?: readonly number[] | undefined
  /** All axes, unless they are named. */
  readonly axes?: readonly number[]
}

function slice(graph: Lowering['graph'], name: string, bounds: Bounds): string {
  const { begin = [], end = [], axes = rowMajor(begin.length) } = bounds
  const lists = [begin, end, axes, ...(bounds.steps ? [bounds.steps] : [])]
  return graph.add('Slice', [name, ...lists.map((list) => graph.int64s(list))])
}

function sliced(call: Call): Meta {
  return { shape: range(call).size, dtype: input(call, 'x').dtype }
}

/** The range of every axis: tfjs may leave the sizes out, or say -1 for the rest. */
function range(call: Call): { begin: number[]; size: number[] } {
  const begin = [...attribute<Shape>(call, 'begin')]
  const size = attribute<number[] | undefined>(call, 'size')
  const x = { ...input(call, 'x'), shape: [...input(call, 'x').shape] }
  const [first = [], lengths = []] = slice_util.parseSliceParams(x as never, begin, size)
  return { begin: first, size: lengths }
}

/** TensorFlow's masks and negative bounds worked out; `finalShape` lacks the axes that are dropped. */
function stridedInfo(call: Call): ReturnType<typeof slice_util.sliceInfo> {
  const list = (name: string) => [...attribute<Shape>(call, name)]
  const mask = (name: string) => attribute<number>(call, name)
  return slice_util.sliceInfo(
    [...input(call, 'x').shape],
    list('begin'),
    list('end'),
    list('strides'),
    mask('beginMask'),
    mask('endMask'),
    mask('ellipsisMask'),
    mask('newAxisMask'),
    mask('shrinkAxisMask'),
  )
}
