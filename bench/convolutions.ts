import { engine as tfjs, neg, type Tensor } from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { Random } from '../src/core/random.js'
import { openEngine } from '../src/engine/engines.js'
import { ruleOf } from '../src/engine/onnx/kernels.js'
import { featureOrder, filterOrder, storedShape } from '../src/engine/onnx/layout.js'
import { lower } from '../src/engine/onnx/lower.js'
import { convolutionRulesBy } from '../src/engine/onnx/rules/convolution.js'
import {
  formulationsOf,
  type Formulations,
} from '../src/engine/onnx/rules/convolution/formulations.js'
import type { Rule } from '../src/engine/onnx/rules/rule.js'
import { trace } from '../src/engine/onnx/trace.js'
import { input } from '../src/engine/onnx/values.js'
import { convolutionWindow } from '../src/engine/onnx/windows.js'
import { median } from './median.js'

/** Square maps and windows: input channels, output channels, map, window, stride, images. */
type Shape = readonly [number, number, number, number, number, number]

const shapes: readonly Shape[] = [
  [512, 512, 1, 3, 1, 256],
  [256, 512, 2, 3, 2, 256],
  [256, 256, 2, 3, 1, 256],
  [128, 256, 4, 3, 2, 256],
  [128, 128, 4, 3, 1, 256],
  [64, 128, 7, 3, 2, 256],
  [64, 64, 7, 3, 1, 256],
  [64, 64, 8, 3, 1, 128],
  [64, 64, 14, 3, 1, 64],
  [128, 128, 14, 3, 1, 32],
  [64, 64, 28, 3, 1, 32],
  [32, 64, 14, 3, 1, 64],
  [16, 64, 23, 3, 1, 32],
  [32, 128, 11, 3, 1, 32],
  [64, 256, 5, 3, 1, 32],
  [48, 192, 5, 3, 1, 32],
  [256, 256, 7, 3, 1, 32],
  [512, 512, 2, 3, 1, 32],
  [128, 128, 4, 3, 1, 32],
  [128, 128, 4, 3, 1, 16],
]

const ways = {
  transformed: {
    forward: 'transformed',
    inputGradient: 'transformed',
    filterGradient: 'transformed',
  },
  dense: { forward: 'convolve', inputGradient: 'convolve', filterGradient: 'columns' },
  phases: { forward: 'convolve', inputGradient: 'phases', filterGradient: 'columns' },
} as const satisfies Record<string, Formulations>

const rounds = 2
const repeats = 8

/**
 * Times a convolution with both gradients in every formulation; the starred one is what the engine chooses. Words
 * such as `14x14` choose the rows whose titles hold them.
 */
export async function benchConvolutions(
  print: (line: string) => void,
  wanted: readonly string[],
): Promise<void> {
  await openEngine({ name: 'onnxruntime', device: 'cpu', threads: 2 })
  print('convolution, forward and both gradients, 2 threads, best ms')
  for (const shape of shapes) {
    const [inputs, outputs, size, window, stride, batch] = shape
    const title = `${inputs}-${outputs} ${window}x${window}/${stride} on ${size}x${size}, ${batch} images`
    if (wanted.length > 0 && !wanted.some((words) => title.includes(words))) continue
    const names = (['transformed', stride === 1 ? 'dense' : 'phases'] as const).map((name) => name)
    const times = new Map<string, number[]>(names.map((name) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      for (const name of names) times.get(name)?.push(...(await time(shape, ways[name])))
    }
    const chosen = chosenFor(shape).forward === 'transformed' ? 'transformed' : names[1]
    const cells = names.map((name) => {
      const list = times.get(name) ?? []
      const mark = name === chosen ? '*' : ' '
      return `${name} ${Math.min(...list).toFixed(2)} (median ${median(list).toFixed(2)})${mark}`
    })
    print(`${title.padEnd(40)} ${cells.join('  ')}`)
  }
}

function attributesOf([inputs, outputs, size, window, stride, batch]: Shape) {
  const before = Math.floor(window / 2)
  return {
    strides: [stride, stride],
    pad: before,
    dimRoundingMode: 'floor',
    dataFormat: 'NHWC',
    inputShape: [batch, size, size, inputs],
    filterShape: [window, window, inputs, outputs],
  }
}

function chosenFor(shape: Shape): Formulations {
  const attributes = attributesOf(shape)
  const call = { kernel: 'Conv2D', inputs: {}, attributes, layer: '' }
  return formulationsOf(convolutionWindow(call, attributes.inputShape, attributes.filterShape))
}

/** Milliseconds of each run, in a session of its own: the threads of an idle one would spin beside it. */
async function time(shape: Shape, formulations: Formulations): Promise<number[]> {
  const { graph, feeds, output } = graphOf(shape, formulations)
  const { bytes } = graph.encode(feeds, [output])
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 2,
    interOpNumThreads: 1,
  })
  const given = Object.fromEntries(
    feeds.map(({ name, dims }) => [name, new OrtTensor('float32', noise(dims), dims)]),
  )
  const times: number[] = []
  for (let repeat = -2; repeat < repeats; repeat++) {
    const start = performance.now()
    await session.run(given)
    if (repeat >= 0) times.push(performance.now() - start)
  }
  await session.release()
  return times
}

/** The three kernels on inputs that are taken as they lie, so that no time goes into turning them around. */
function graphOf(shape: Shape, formulations: Formulations) {
  const attributes = attributesOf(shape)
  const [, outputs, size, , stride, batch] = shape
  const reduced = Math.ceil(size / stride)
  const shapes = {
    x: attributes.inputShape,
    filter: attributes.filterShape,
    dy: [batch, reduced, reduced, outputs],
  }
  const run = (kernel: string, given: Record<string, Tensor>): Tensor =>
    tfjs().runKernel(kernel, given, attributes)
  const traced = trace(
    (given) => {
      const [x, filter, dy] = ['x', 'filter', 'dy'].map((name) => neg(given[name] as Tensor))
      return {
        y: run('Conv2D', { x, filter } as Record<string, Tensor>),
        dx: run('Conv2DBackpropInput', { dy, filter } as Record<string, Tensor>),
        dw: run('Conv2DBackpropFilter', { x, dy } as Record<string, Tensor>),
      }
    },
    {
      inputs: Object.fromEntries(
        Object.entries(shapes).map(([name, dims]) => [name, { shape: dims, dtype: 'float32' }]),
      ),
      state: [],
    },
  )
  const rules: Readonly<Record<string, Rule>> = {
    ...convolutionRulesBy(() => formulations),
    Neg: asIs,
  }
  const lowering = lower(traced, [], (kernel, layer) => rules[kernel] ?? ruleOf(kernel, layer))
  const { graph } = lowering
  const parts = traced.outputs.map(({ value }) => {
    const { name } = lowering.place(value)
    return lowering.reshape(graph.add('ReduceMax', [name], { attributes: { keepdims: 0 } }), [1])
  })
  graph.name(graph.add('Concat', parts, { attributes: { axis: 0 } }), 'result')
  const output = { name: 'result', type: 'float32' as const, dims: [parts.length] }
  return { graph, feeds: lowering.feeds(), output }
}

/** Takes its operand for a filter or for maps in the engine's layout. */
const asIs: Rule = {
  outputs: (call) => [input(call, 'x')],
  emit(call, lowering) {
    const x = input(call, 'x')
    const isFilter = x.source.kind === 'input' && x.source.name === 'filter'
    const order = isFilter ? filterOrder : featureOrder
    return [{ name: lowering.reshape(lowering.place(x).name, storedShape(x.shape, order)), order }]
  },
}

function noise(dims: readonly number[]): Float32Array {
  const stream = new Random(1)
  const size = dims.reduce((product, length) => product * length, 1)
  return Float32Array.from({ length: size }, () => stream.uniform() - 0.5)
}
