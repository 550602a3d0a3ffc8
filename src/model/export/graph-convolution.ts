import { input, type Call } from '../../engine/onnx/values.js'
import { convolutionWindow, poolingWindow, type Window } from '../../engine/onnx/windows.js'
import { attributes, type Attribute } from './graph-nodes.js'
import type { GraphCall } from './graph-call.js'

/** Convolution, pooling and batch normalization of a GraphModel. */
export const convolutionGraphRules: Readonly<Record<string, (call: GraphCall) => string>> = {
  Conv2D: (call) => convolve(call, 'Conv2D', '_FusedConv2D'),
  FusedConv2D: (call) => convolve(call, 'Conv2D', '_FusedConv2D'),
  DepthwiseConv2dNative: (call) =>
    convolve(call, 'DepthwiseConv2dNative', 'FusedDepthwiseConv2dNative'),
  FusedDepthwiseConv2D: (call) =>
    convolve(call, 'DepthwiseConv2dNative', 'FusedDepthwiseConv2dNative'),
  MaxPool: (call) => {
    const window = poolingWindow(call.traced, input(call.traced, 'x').shape)
    const x = padded(call, window, lowest)
    return call.add('MaxPool', [x], poolAttributes(call, window))
  },
  AvgPool: (call) => {
    const window = poolingWindow(call.traced, input(call.traced, 'x').shape)
    const mean = call.add('AvgPool', [padded(call, window, 0)], poolAttributes(call, window))
    return isPadded(call, window) ? call.add('Mul', [mean, corrections(call, window)], {}) : mean
  },
  FusedBatchNorm: (call) => {
    const channels = input(call.traced, 'x').shape.at(-1) ?? 1
    const filled = (value: number): string =>
      call.graph.floats(new Array<number>(channels).fill(value), [channels])
    return call.add(
      'FusedBatchNormV3',
      [
        call.input('x'),
        call.has('scale') ? call.input('scale') : filled(1),
        call.has('offset') ? call.input('offset') : filled(0),
        call.input('mean'),
        call.input('variance'),
      ],
      {
        epsilon: attributes.float(Number(call.attribute('varianceEpsilon'))),
        data_format: attributes.text('NHWC'),
        is_training: attributes.bool(false),
      },
    )
  },
}

/** The lowest float32: padding that no maximum is taken from. */
const lowest = -3.4028234663852886e38

const fusedNames: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
}

function convolve(call: GraphCall, plainOp: string, fusedOp: string): string {
  const window = windowOf(call.traced)
  const activation = (call.attribute('activation') ?? 'linear') as string
  const shared = windowAttributesOf(window)
  const operands = [call.input('x'), call.input('filter')]
  if (!call.has('bias') && activation === 'linear') return call.add(plainOp, operands, shared)
  const extra = ['bias', 'preluActivationWeights'].filter((name) => call.has(name))
  const fused = [
    ...(call.has('bias') ? ['BiasAdd'] : ['NoOp']),
    ...(activation === 'linear' ? [] : [fusedNames[activation] ?? activation]),
  ]
  return call.add(fusedOp, [...operands, ...extra.map((name) => call.input(name))], {
    ...shared,
    num_args: attributes.int(extra.length),
    fused_ops: attributes.texts(fused),
    ...(activation === 'leakyrelu' && {
      leakyrelu_alpha: attributes.float(Number(call.attribute('leakyreluAlpha'))),
    }),
  })
}

function windowOf(call: Call): Window {
  const [kh = 1, kw = 1, inputs = 1, outputs = 1] = input(call, 'filter').shape
  const isByChannel = call.kernel.includes('epthwise')
  const shape = isByChannel ? [kh, kw, inputs, inputs * outputs] : [kh, kw, inputs, outputs]
  return convolutionWindow(call, input(call, 'x').shape, shape)
}

function windowAttributesOf({ height, width }: Window): Record<string, Attribute> {
  const pads = [0, 0, height.before, height.after, width.before, width.after, 0, 0]
  const isValid = pads.every((pixels) => pixels === 0)
  return {
    T: attributes.type('float32'),
    data_format: attributes.text('NHWC'),
    strides: attributes.ints([1, height.stride, width.stride, 1]),
    dilations: attributes.ints([1, height.dilation, width.dilation, 1]),
    padding: attributes.text(isValid ? 'VALID' : 'EXPLICIT'),
    ...(!isValid && { explicit_paddings: attributes.ints(pads) }),
  }
}

function poolAttributes(call: GraphCall, { height, width }: Window): Record<string, Attribute> {
  return {
    T: attributes.type('float32'),
    data_format: attributes.text('NHWC'),
    ksize: attributes.ints([1, height.window, width.window, 1]),
    strides: attributes.ints([1, height.stride, width.stride, 1]),
    padding: attributes.text(call.attribute('pad') === 'same' ? 'SAME' : 'VALID'),
  }
}

/** Whether there is padding that pooling in a GraphModel has no word for. */
function isPadded(call: GraphCall, { height, width }: Window): boolean {
  const pads = [height.before, height.after, width.before, width.after]
  return call.attribute('pad') !== 'same' && pads.some((pixels) => pixels > 0)
}

function padded(call: GraphCall, window: Window, value: number): string {
  const x = call.input('x')
  if (!isPadded(call, window)) return x
  const { height, width } = window
  const pairs = [0, 0, height.before, height.after, width.before, width.after, 0, 0]
  const operands = [x, call.graph.ints(pairs, [4, 2]), call.graph.floats([value], [])]
  return call.add('PadV2', operands, {})
}

/** What averages over windows filled up with zeros are multiplied by, as padding does not count: [1, rows, columns, 1]. */
function corrections(call: GraphCall, { height, width }: Window): string {
  const covered = ({ output, stride, before, window, input: size }: Window['height']): number[] =>
    Array.from({ length: output }, (_, index) => {
      const start = index * stride - before
      return Math.min(start + window, size) - Math.max(start, 0)
    })
  const area = height.window * width.window
  const factors = covered(height).flatMap((rows) =>
    covered(width).map((columns) => area / (rows * columns)),
  )
  return call.graph.floats(factors, [1, height.output, width.output, 1])
}
