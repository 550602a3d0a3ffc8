import { ruleOf } from '../../engine/onnx/kernels.js'
import { filterOrder, rowMajor, storedShape, type Order } from '../../engine/onnx/layout.js'
import type { Lowering, Placed } from '../../engine/onnx/lowering.js'
import { activate } from '../../engine/onnx/rules/activation.js'
import type { Rule } from '../../engine/onnx/rules/rule.js'
import { attribute, input, type Call, type Shape, type Value } from '../../engine/onnx/values.js'
import {
  convolutionWindow,
  poolingWindow,
  type Side,
  type Window,
} from '../../engine/onnx/windows.js'

/** The rule by which an exported graph computes a kernel: feature maps lie as ONNX has them, [batch, channels, height, width]. */
export function exportRuleOf(kernel: string, layer: string): Rule {
  const rule = ruleOf(kernel, layer)
  const emit = Object.hasOwn(emitters, kernel) ? emitters[kernel] : undefined
  return emit === undefined ? rule : { ...rule, emit: (call, lowering) => [emit(call, lowering)] }
}

type Emit = (call: Call, lowering: Lowering) => Placed

const channelsFirst: Order = [0, 3, 1, 2]

/** Kernels for which the engine's own rules want another layout, or operations that only ONNX Runtime knows. */
const emitters: Readonly<Record<string, Emit>> = {
  Conv2D: convolve,
  FusedConv2D: (call, lowering) => activated(call, lowering, convolve(call, lowering)),
  DepthwiseConv2dNative: convolveByChannel,
  FusedDepthwiseConv2D: (call, lowering) =>
    activated(call, lowering, convolveByChannel(call, lowering)),
  MaxPool: (call, lowering) => pool(call, lowering, 'MaxPool', {}),
  AvgPool: (call, lowering) => pool(call, lowering, 'AveragePool', { count_include_pad: 0 }),
  FusedBatchNorm: normalize,
  BatchMatMul: multiply,
  _FusedMatMul: (call, lowering) => activated(call, lowering, multiply(call, lowering)),
}

function activated(call: Call, lowering: Lowering, { name, order }: Placed): Placed {
  return { name: activate(call, lowering, name, order), order }
}

function convolve(call: Call, lowering: Lowering): Placed {
  const [x, filter] = [input(call, 'x'), input(call, 'filter')]
  const window = convolutionWindow(call, x.shape, filter.shape)
  const group = (x.shape[3] ?? 1) / (filter.shape[2] ?? 1)
  return addConvolution(call, lowering, lowering.inOrder(filter, filterOrder), window, group)
}

/** The filter [kh, kw, C, m] as [C * m, 1, kh, kw], in C groups. */
function convolveByChannel(call: Call, lowering: Lowering): Placed {
  const [x, filter] = [input(call, 'x'), input(call, 'filter')]
  const [kh = 1, kw = 1, channels = 1, multiplier = 1] = filter.shape
  const window = convolutionWindow(call, x.shape, [kh, kw, channels, channels * multiplier])
  const byChannel = lowering.inOrder(filter, [2, 3, 0, 1])
  const name = lowering.reshape(byChannel, [channels * multiplier, 1, kh, kw])
  return addConvolution(call, lowering, name, window, channels)
}

function addConvolution(
  call: Call,
  lowering: Lowering,
  filter: string,
  window: Window,
  group: number,
): Placed {
  const { bias } = call.inputs
  const operands = [lowering.inOrder(input(call, 'x'), channelsFirst), filter]
  if (bias) operands.push(vector(lowering, bias))
  const attributes = { ...attributesOf(window), group }
  return { name: lowering.graph.add('Conv', operands, { attributes }), order: channelsFirst }
}

function pool(
  call: Call,
  lowering: Lowering,
  op: string,
  more: Readonly<Record<string, number>>,
): Placed {
  const x = input(call, 'x')
  const { kernel_shape, strides, pads } = attributesOf(poolingWindow(call, x.shape))
  const operands = [lowering.inOrder(x, channelsFirst)]
  const name = lowering.graph.add(op, operands, {
    attributes: { kernel_shape, strides, pads, ...more },
  })
  return { name, order: channelsFirst }
}

function attributesOf({ height, width }: Window) {
  const both = (pick: (side: Side) => number): number[] => [pick(height), pick(width)]
  return {
    kernel_shape: both(({ window }) => window),
    strides: both(({ stride }) => stride),
    pads: [...both(({ before }) => before), ...both(({ after }) => after)],
    dilations: both(({ dilation }) => dilation),
  }
}

function normalize(call: Call, lowering: Lowering): Placed {
  const { graph } = lowering
  const x = input(call, 'x')
  const rank = x.shape.length
  const channels = x.shape[rank - 1] ?? 1
  const order = [0, rank - 1, ...rowMajor(rank - 1).slice(1)]
  const filled = (value: number): string =>
    graph.floats(new Float32Array(channels).fill(value), [channels])
  const { scale, offset } = call.inputs
  const name = graph.add(
    'BatchNormalization',
    [
      lowering.inOrder(x, order),
      scale ? vector(lowering, scale) : filled(1),
      offset ? vector(lowering, offset) : filled(0),
      vector(lowering, input(call, 'mean')),
      vector(lowering, input(call, 'variance')),
    ],
    { attributes: { epsilon: { float: attribute<number>(call, 'varianceEpsilon') } } },
  )
  return { name, order }
}

function multiply(call: Call, lowering: Lowering): Placed {
  const { graph } = lowering
  const [a, b] = [input(call, 'a'), input(call, 'b')]
  const { bias } = call.inputs
  const operands = [side(call, lowering, a, 'A'), side(call, lowering, b, 'B')]
  const order = rowMajor(Math.max(a.shape.length, b.shape.length))
  if (order.length === 2 && bias?.shape.length === 1) {
    return { name: graph.add('Gemm', [...operands, vector(lowering, bias)]), order }
  }
  const product = graph.add('MatMul', operands)
  const name = bias ? graph.add('Add', [product, lowering.operand(bias, order)]) : product
  return { name, order }
}

function side(call: Call, lowering: Lowering, value: Value, which: 'A' | 'B'): string {
  const rank = value.shape.length
  const isTransposed = attribute<boolean | undefined>(call, `transpose${which}`) === true
  const plain = rowMajor(rank)
  return lowering.inOrder(value, isTransposed ? [...plain.slice(0, -2), rank - 1, rank - 2] : plain)
}

function vector(lowering: Lowering, value: Value): string {
  const shape: Shape = storedShape(value.shape, rowMajor(value.shape.length))
  const size = shape.reduce((product, length) => product * length, 1)
  return lowering.reshape(lowering.inOrder(value, rowMajor(shape.length)), [size])
}
