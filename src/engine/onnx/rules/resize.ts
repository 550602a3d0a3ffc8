import type { Graph } from '../graph.js'
import { featureOrder, rowMajor } from '../layout.js'
import type { Lowering, Placed } from '../lowering.js'
import { attribute, input, type Call, type Shape, type Value } from '../values.js'
import type { Rule } from './rule.js'

/** For each output position of an axis, the weights of the input positions. */
type Blend = readonly (readonly { readonly position: number; readonly weight: number }[])[]

type Axis = 1 | 2

/**
 * Resized images. Every output row is a blend of input rows, and columns alike: two matrix products with matrices that
 * depend on the sizes alone, and their transposes for the gradients (those of tfjs leave half-pixel centers out).
 */
export const resizeRules: Readonly<Record<string, Rule>> = {
  ResizeBilinear: resized(bilinear),
  ResizeBilinearGrad: gradient(bilinear),
  ResizeNearestNeighbor: {
    outputs: (call) => [{ shape: resizedShape(call), dtype: input(call, 'images').dtype }],
    emit(call, lowering) {
      const { shape } = input(call, 'images')
      const name = ([1, 2] as const).reduce(
        (from, axis) => {
          const positions = nearest(call, shape, axis, resizedShape(call)).map(
            ([only]) => only?.position ?? 0,
          )
          const indices = lowering.graph.int32s(positions, [positions.length])
          return lowering.graph.add('Gather', [from, indices], { attributes: { axis } })
        },
        lowering.inOrder(input(call, 'images'), featureOrder),
      )
      return [{ name, order: featureOrder }]
    },
  },
  ResizeNearestNeighborGrad: gradient(nearest),
}

type Weigh = (call: Call, from: Shape, axis: Axis, to: Shape) => Blend

function resized(weigh: Weigh): Rule {
  return {
    outputs: (call) => [{ shape: resizedShape(call), dtype: 'float32' }],
    emit(call, lowering) {
      const images = input(call, 'images')
      const to = resizedShape(call)
      const matrices = ([1, 2] as const).map((axis) =>
        matrixOf(lowering.graph, weigh(call, images.shape, axis, to), images.shape[axis] ?? 1),
      )
      return [multiply(lowering, images, matrices, to, 0)]
    },
  }
}

function gradient(weigh: Weigh): Rule {
  return {
    outputs: (call) => [input(call, 'images')],
    emit(call, lowering) {
      const [images, dy] = [input(call, 'images'), input(call, 'dy')]
      const matrices = ([1, 2] as const).map((axis) =>
        matrixOf(
          lowering.graph,
          weigh(call, images.shape, axis, dy.shape),
          images.shape[axis] ?? 1,
        ),
      )
      return [multiply(lowering, dy, matrices, images.shape, 1)]
    },
  }
}

/** Maps [C,H,W,B] with rows and columns blended by matrices, or by their transposes. */
function multiply(
  { graph, inOrder, reshape }: Lowering,
  value: Value,
  [rows = '', columns = '']: readonly string[],
  shape: Shape,
  transA: 0 | 1,
): Placed {
  const [batch = 1, height = 1, width = 1, channels = 1] = value.shape
  const [, toHeight = 1, toWidth = 1] = shape
  const blend = (matrix: string, name: string) =>
    graph.add('FusedMatMul', [matrix, name], {
      domain: 'com.microsoft',
      attributes: { transA },
    })
  const high = reshape(inOrder(value, featureOrder), [channels, height, width * batch])
  const down = reshape(blend(rows, high), [channels * toHeight, width, batch])
  const name = reshape(blend(columns, down), [channels, toHeight, toWidth, batch])
  return { name, order: featureOrder }
}

function matrixOf(graph: Graph, blend: Blend, size: number): string {
  const values = new Float32Array(blend.length * size)
  blend.forEach((parts, row) => {
    for (const { position, weight } of parts) {
      const index = row * size + position
      values[index] = (values[index] ?? 0) + weight
    }
  })
  return graph.floats(values, [blend.length, size])
}

function resizedShape(call: Call): Shape {
  const [batch = 1, , , channels = 1] = input(call, 'images').shape
  const [height = 1, width = 1] = attribute<Shape>(call, 'size')
  return [batch, height, width, channels]
}

function bilinear(call: Call, from: Shape, axis: Axis, to: Shape): Blend {
  const last = (from[axis] ?? 1) - 1
  return sources(call, from, axis, to).map(({ corner, half }) => {
    const place = half ? corner - 0.5 : corner
    const floor = Math.max(0, Math.floor(place))
    const share = place - floor
    return [
      { position: floor, weight: 1 - share },
      { position: Math.min(last, Math.max(0, Math.ceil(place))), weight: share },
    ]
  })
}

function nearest(call: Call, from: Shape, axis: Axis, to: Shape): Blend {
  const last = (from[axis] ?? 1) - 1
  const round = attribute<boolean>(call, 'alignCorners') ? Math.round : Math.floor
  return sources(call, from, axis, to).map(({ corner }) => [
    { position: Math.min(last, round(corner)), weight: 1 },
  ])
}

/** Where each output position lies on the input's axis, and whether positions mean the middles of pixels. */
function sources(call: Call, from: Shape, axis: Axis, to: Shape) {
  const [input_, output] = [from[axis] ?? 1, to[axis] ?? 1]
  const half = attribute<boolean>(call, 'halfPixelCenters')
  const shrunk = attribute<boolean>(call, 'alignCorners') && output > 1 ? 1 : 0
  const ratio = (input_ - shrunk) / (output - shrunk)
  return rowMajor(output).map((index) => ({ corner: ratio * (half ? index + 0.5 : index), half }))
}
