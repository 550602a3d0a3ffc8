import { attributes } from './graph-nodes.js'
import { noGraphRule, type GraphCall } from './graph-call.js'
import { convolutionGraphRules } from './graph-convolution.js'

/** Adds the nodes of one kernel call and returns where its outputs are. */
export type GraphRule = (call: GraphCall) => string | readonly string[]

/** The rule that turns a tfjs kernel into TensorFlow nodes; `engine_unsupported` where there is none. */
export function graphRuleOf(call: GraphCall): GraphRule {
  const rule = Object.hasOwn(rules, call.kernel) ? rules[call.kernel] : undefined
  if (rule === undefined) throw noGraphRule(call)
  return rule
}

const rules: Readonly<Record<string, GraphRule>> = {
  ...sameNamed('x', [
    ...['Abs', 'Ceil', 'Cos', 'Elu', 'Erf', 'Exp', 'Expm1', 'Floor', 'Log', 'Log1p', 'LogicalNot'],
    ...['Neg', 'Reciprocal', 'Relu', 'Relu6', 'Round', 'Rsqrt', 'Selu', 'Sigmoid', 'Sign', 'Sin'],
    ...['Softplus', 'Sqrt', 'Square', 'Tanh', 'Identity'],
  ]),
  ...sameNamed('logits', ['Softmax', 'LogSoftmax']),
  ...binary({
    Add: 'AddV2',
    Sub: 'Sub',
    Multiply: 'Mul',
    RealDiv: 'RealDiv',
    FloorDiv: 'FloorDiv',
    Mod: 'FloorMod',
    Maximum: 'Maximum',
    Minimum: 'Minimum',
    Pow: 'Pow',
    SquaredDifference: 'SquaredDifference',
    Equal: 'Equal',
    NotEqual: 'NotEqual',
    Greater: 'Greater',
    GreaterEqual: 'GreaterEqual',
    Less: 'Less',
    LessEqual: 'LessEqual',
    LogicalAnd: 'LogicalAnd',
    LogicalOr: 'LogicalOr',
  }),
  ...reductions({ Sum: 'axis', Mean: 'axis', Max: 'reductionIndices', Min: 'axis' }),
  ...reductions({ Prod: 'axis', All: 'axis', Any: 'axis' }),
  ...convolutionGraphRules,

  AddN: (call) => call.add('AddN', call.inputs(), { N: attributes.int(call.inputs().length) }),
  ArgMax: search,
  ArgMin: search,
  BatchMatMul: (call) => product(call),
  _FusedMatMul: fusedProduct,
  BroadcastTo: (call) => call.add('BroadcastTo', [call.input('x'), exact(call)], {}),
  Cast: (call) =>
    call.add('Cast', [call.input('x')], {
      SrcT: attributes.type(call.type('x')),
      DstT: attributes.type(call.attribute('dtype') as 'float32'),
    }),
  ClipByValue: (call) =>
    call.add('ClipByValue', [call.input('x'), bound(call, 'Min'), bound(call, 'Max')], {}),
  Concat: (call) =>
    call.add('ConcatV2', [...call.inputs(), axis(call, 'axis')], {
      N: attributes.int(call.inputs().length),
    }),
  Einsum: (call) =>
    call.add('Einsum', call.inputs(), {
      equation: attributes.text(String(call.attribute('equation'))),
      N: attributes.int(call.inputs().length),
    }),
  ExpandDims: (call) => reshape(call, 'input'),
  GatherV2: (call) =>
    call.add('GatherV2', [call.input('x'), call.input('indices'), axis(call, 'axis')], {
      batch_dims: attributes.int(Number(call.attribute('batchDims') ?? 0)),
    }),
  LeakyRelu: (call) =>
    call.add('LeakyRelu', [call.input('x')], {
      alpha: attributes.float(Number(call.attribute('alpha'))),
    }),
  MirrorPad: (call) =>
    call.add('MirrorPad', [call.input('x'), pairs(call, 'paddings')], {
      mode: attributes.text(String(call.attribute('mode')).toUpperCase()),
    }),
  Pack: (call) =>
    call.add('Pack', call.inputs(), {
      axis: attributes.int(Number(call.attribute('axis'))),
      N: attributes.int(call.inputs().length),
    }),
  PadV2: (call) =>
    call.add(
      'PadV2',
      [
        call.input('x'),
        pairs(call, 'paddings'),
        call.graph.floats([Number(call.attribute('constantValue'))], []),
      ],
      {},
    ),
  Prelu: (call) => call.add('Prelu', [call.input('x'), call.operand('alpha')], {}),
  Reshape: (call) => reshape(call, 'x'),
  ResizeBilinear: resize,
  ResizeNearestNeighbor: resize,
  Reverse: (call) =>
    call.add('ReverseV2', [call.input('x'), call.graph.ints(numbers(call, 'dims'))], {}),
  Select: (call) =>
    call.add('SelectV2', [call.input('condition'), call.operand('t'), call.operand('e')], {}),
  Slice: (call) => {
    const whole = call.sizes('x')
    const size = call.outputSizes().map((kept, index) => {
      if (typeof kept === 'number' || JSON.stringify(kept) === JSON.stringify(whole[index])) {
        return kept
      }
      throw noGraphRule(call)
    })
    const begin = call.graph.ints(numbers(call, 'begin'))
    return call.add('Slice', [call.input('x'), begin, call.graph.sizes(size, 'inferred')], {})
  },
  SplitV: (call) => {
    const along = Number(call.attribute('axis'))
    const parts = call.traced.outputs.map(({ shape }) => shape.at(along) ?? 0)
    const name = call.add('SplitV', [call.input('x'), call.graph.ints(parts), axis(call, 'axis')], {
      num_split: attributes.int(parts.length),
    })
    return parts.map((_, index) => `${name}:${index}`)
  },
  StridedSlice: (call) =>
    call.add(
      'StridedSlice',
      [
        call.input('x'),
        call.graph.sizes(call.sizesIn('begin'), 'exact'),
        call.graph.sizes(call.sizesIn('end'), 'exact'),
        call.graph.ints(numbers(call, 'strides')),
      ],
      {
        begin_mask: mask(call, 'beginMask'),
        end_mask: mask(call, 'endMask'),
        ellipsis_mask: mask(call, 'ellipsisMask'),
        new_axis_mask: mask(call, 'newAxisMask'),
        shrink_axis_mask: mask(call, 'shrinkAxisMask'),
      },
    ),
  Tile: (call) =>
    call.add('Tile', [call.input('x'), call.graph.sizes(call.sizesIn('reps'), 'exact')], {}),
  Transpose: (call) =>
    call.add('Transpose', [call.input('x'), call.graph.ints(numbers(call, 'perm'))], {}),
  Unpack: (call) => {
    const name = call.add('Unpack', [call.input('value')], {
      axis: attributes.int(Number(call.attribute('axis'))),
      num: attributes.int(call.traced.outputs.length),
    })
    return call.traced.outputs.map((_, index) => `${name}:${index}`)
  },
}

function sameNamed(input: string, names: readonly string[]): Record<string, GraphRule> {
  return Object.fromEntries(
    names.map((op) => [op, (call: GraphCall) => call.add(op, [call.input(input)], {})]),
  )
}

function binary(names: Readonly<Record<string, string>>): Record<string, GraphRule> {
  return mapValues(names, (op) => (call) => {
    return call.add(op, [call.operand('a'), call.operand('b')], {})
  })
}

function reductions(names: Readonly<Record<string, string>>): Record<string, GraphRule> {
  return mapValues(names, (axesName, op) => (call) => {
    const axes = call.attribute(axesName)
    const rank = call.sizes('x').length
    const all = Array.from({ length: rank }, (_, index) => index)
    const list = axes === null || axes === undefined ? all : ([axes].flat() as number[])
    return call.add(op, [call.input('x'), call.graph.ints(list)], {
      keep_dims: attributes.bool(call.attribute('keepDims') === true),
    })
  })
}

function search(call: GraphCall): string {
  const [along = 0] = [call.attribute('axis')].flat() as number[]
  return call.add(call.kernel, [call.input('x'), call.graph.ints([along], [])], {})
}

function reshape(call: GraphCall, input: string): string {
  const shape = call.graph.sizes(call.outputSizes(), 'inferred')
  return call.add('Reshape', [call.input(input), shape], {})
}

function product(call: GraphCall): string {
  const isMatrix = call.sizes('a').length === 2 && call.sizes('b').length === 2
  const [a, b] = ['transposeA', 'transposeB'].map((name) =>
    attributes.bool(call.attribute(name) === true),
  ) as [ReturnType<typeof attributes.bool>, ReturnType<typeof attributes.bool>]
  const operands = [call.input('a'), call.input('b')]
  return isMatrix
    ? call.add('MatMul', operands, { transpose_a: a, transpose_b: b })
    : call.add('BatchMatMulV2', operands, { adj_x: a, adj_y: b })
}

const activationOps: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
}

function fusedProduct(call: GraphCall): string {
  const activation = (call.attribute('activation') ?? 'linear') as string
  const plain = product(call)
  const biased = call.has('bias') ? call.add('AddV2', [plain, call.input('bias')], {}) : plain
  if (activation === 'linear') return biased
  const op = activationOps[activation]
  if (op === undefined) throw noGraphRule(call)
  return call.add(op, [biased], {})
}

function resize(call: GraphCall): string {
  return call.add(call.kernel, [call.input('images'), call.graph.ints(numbers(call, 'size'))], {
    align_corners: attributes.bool(call.attribute('alignCorners') === true),
    half_pixel_centers: attributes.bool(call.attribute('halfPixelCenters') === true),
  })
}

function exact(call: GraphCall): string {
  return call.graph.sizes(call.outputSizes(), 'exact')
}

function axis(call: GraphCall, name: string): string {
  return call.graph.ints([Number(call.attribute(name))], [])
}

function bound(call: GraphCall, which: 'Min' | 'Max'): string {
  return call.graph.floats([Number(call.attribute(`clipValue${which}`))], [])
}

function mask(call: GraphCall, name: string): ReturnType<typeof attributes.int> {
  return attributes.int(Number(call.attribute(name) ?? 0))
}

function numbers(call: GraphCall, name: string): number[] {
  return [...(call.attribute(name) as readonly number[])]
}

function pairs(call: GraphCall, name: string): string {
  const list = call.attribute(name) as readonly (readonly number[])[]
  return call.graph.ints(list.flat(), [list.length, 2])
}

function mapValues(
  values: Readonly<Record<string, string>>,
  make: (value: string, key: string) => GraphRule,
): Record<string, GraphRule> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, make(value, key)]))
}
