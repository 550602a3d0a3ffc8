import { backend_util } from '@tensorflow/tfjs-core'
import { featureOrder, rowMajor } from '../layout.js'
import { attribute, input, sizeOf, type Call, type Meta, type Shape } from '../values.js'
import type { Rule } from './rule.js'

/** Kernels that move blocks of an image into the batch or out of the channels. */
export const blockRules: Readonly<Record<string, Rule>> = {
  SpaceToBatchND: {
    outputs: (call) => {
      const { padded, blocks } = spaceToBatch(call)
      const shape = backend_util.getReshapedPermuted(padded, blocks, sizeOf(blocks), false)
      return [{ shape, dtype: input(call, 'x').dtype }]
    },
    emit(call, { graph, inOrder, reshape }) {
      const x = input(call, 'x')
      const { padded, blocks, paddings } = spaceToBatch(call)
      const pads = graph.int64s([...paddings.map(([a]) => a), ...paddings.map(([, b]) => b)])
      const wide = graph.add('Pad', [inOrder(x, rowMajor(x.shape.length)), pads])
      const apart = backend_util.getReshaped(padded, blocks, sizeOf(blocks), false)
      const perm = backend_util.getPermuted(apart.length, blocks.length, false)
      const moved = graph.add('Transpose', [reshape(wide, apart)], { attributes: { perm } })
      const { shape = [] } = call.outputs[0] ?? {}
      return [{ name: reshape(moved, shape), order: rowMajor(shape.length) }]
    },
  },
  BatchToSpaceND: {
    outputs: (call) => [cropped(call)],
    emit(call, { graph, inOrder, reshape }) {
      const x = input(call, 'x')
      const blocks = list(call, 'blockShape')
      const count = sizeOf(blocks)
      const apart = backend_util.getReshaped([...x.shape], blocks, count)
      const perm = backend_util.getPermuted(apart.length, blocks.length)
      const source = reshape(inOrder(x, rowMajor(x.shape.length)), apart)
      const moved = graph.add('Transpose', [source], { attributes: { perm } })
      const whole = backend_util.getReshapedPermuted([...x.shape], blocks, count)
      const { shape } = cropped(call)
      const begin = shape.map((_, axis) => crops(call)[axis - 1]?.[0] ?? 0)
      const end = shape.map((size, axis) => size + (begin[axis] ?? 0))
      const bounds = [begin, end].map((numbers) => graph.int64s(numbers))
      const name = graph.add('Slice', [reshape(moved, whole), ...bounds])
      return [{ name, order: rowMajor(shape.length) }]
    },
  },
  DepthToSpace: {
    outputs: (call) => {
      const { shape, dtype } = input(call, 'x')
      const [batch = 1, height = 1, width = 1, depth = 1] = shape
      const size = attribute<number>(call, 'blockSize')
      return [{ shape: [batch, height * size, width * size, depth / size ** 2], dtype }]
    },
    emit(call, { graph, inOrder, reshape }) {
      const x = input(call, 'x')
      const [batch = 1, height = 1, width = 1, depth = 1] = x.shape
      const size = attribute<number>(call, 'blockSize')
      const channels = depth / size ** 2
      const apart = reshape(inOrder(x, featureOrder), [size, size, channels, height, width, batch])
      const perm = [2, 3, 0, 4, 1, 5]
      const moved = graph.add('Transpose', [apart], { attributes: { perm } })
      const name = reshape(moved, [channels, height * size, width * size, batch])
      return [{ name, order: featureOrder }]
    },
  },
}

function list(call: Call, name: string): number[] {
  return [...attribute<Shape>(call, name)]
}

function crops(call: Call): number[][] {
  return attribute(call, 'crops')
}

function cropped(call: Call): Meta {
  const { shape, dtype } = input(call, 'x')
  const blocks = list(call, 'blockShape')
  const whole = backend_util.getReshapedPermuted([...shape], blocks, sizeOf(blocks))
  const kept = backend_util.getSliceSize(whole, crops(call), blocks.length)
  return { shape: [...kept, ...whole.slice(kept.length)], dtype }
}

function spaceToBatch(call: Call) {
  const { shape } = input(call, 'x')
  const blocks = list(call, 'blockShape')
  const given = attribute<readonly (readonly [number, number])[]>(call, 'paddings')
  const paddings = shape.map((_, axis) => given[axis - 1] ?? ([0, 0] as const))
  const padded = shape.map((size, axis) => size + (paddings[axis] ?? []).reduce((a, b) => a + b, 0))
  return { blocks, paddings, padded }
}
