import { featureOrder } from '../layout.js'
import type { Lowering } from '../lowering.js'
import { attribute, input, sizeOf, type Call, type Value } from '../values.js'
import type { Rule } from './rule.js'

/** Local response normalization: x (bias + alpha sum x^2)^-beta, the sum over neighbouring channels. */
export const localResponseRules: Readonly<Record<string, Rule>> = {
  LRN: {
    outputs: (call) => [input(call, 'x')],
    emit(call, lowering) {
      const x = channelRows(lowering, input(call, 'x'))
      const name = lowering.graph.add('Mul', [
        x,
        powerOf(call, lowering, normOf(call, lowering, x)),
      ])
      return [placed(lowering, name, input(call, 'x'))]
    },
  },
  /** dx = dy norm^-beta - 2 alpha beta x sum(dy y / norm). */
  LRNGrad: {
    outputs: (call) => [input(call, 'x')],
    emit(call, lowering) {
      const { graph } = lowering
      const [x = '', y = '', dy = ''] = ['x', 'y', 'dy'].map((name) =>
        channelRows(lowering, input(call, name)),
      )
      const norm = normOf(call, lowering, x)
      const own = graph.add('Mul', [dy, powerOf(call, lowering, norm)])
      const shares = graph.add('Div', [graph.add('Mul', [dy, y]), norm])
      const factor = 2 * attribute<number>(call, 'alpha') * attribute<number>(call, 'beta')
      const others = graph.add('Mul', [x, neighbours(call, lowering, shares, factor)])
      return [placed(lowering, graph.add('Sub', [own, others]), input(call, 'x'))]
    },
  },
}

/** [1,C,H*W*B] */
function channelRows({ inOrder, reshape }: Lowering, value: Value): string {
  const channels = value.shape[3] ?? 1
  return reshape(inOrder(value, featureOrder), [1, 1, channels, sizeOf(value.shape) / channels])
}

function placed({ reshape }: Lowering, name: string, { shape }: Value) {
  const [batch = 1, height = 1, width = 1, channels = 1] = shape
  return { name: reshape(name, [channels, height, width, batch]), order: featureOrder }
}

function normOf(call: Call, lowering: Lowering, x: string): string {
  const { graph } = lowering
  const squares = graph.add('Mul', [x, x])
  const sum = neighbours(call, lowering, squares, attribute<number>(call, 'alpha'))
  return graph.add('Add', [sum, graph.floats([attribute<number>(call, 'bias')], [])])
}

function powerOf(call: Call, { graph }: Lowering, norm: string): string {
  return graph.add('Pow', [norm, graph.floats([-attribute<number>(call, 'beta')], [])])
}

/** The sum over the channels within the radius, times a factor. */
function neighbours(call: Call, { graph }: Lowering, name: string, factor: number): string {
  const radius = attribute<number>(call, 'depthRadius')
  const width = 2 * radius + 1
  const average = graph.add('AveragePool', [name], {
    attributes: {
      kernel_shape: [width, 1],
      pads: [radius, 0, radius, 0],
      count_include_pad: 1,
    },
  })
  return graph.add('Mul', [average, graph.floats([width * factor], [])])
}
