import assert from 'node:assert/strict'
import { engine as tfjs, type Tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { openEngine } from '../../../src/engine/engines.js'
import { ruleOf } from '../../../src/engine/onnx/kernels.js'
import { rowMajor } from '../../../src/engine/onnx/layout.js'
import { lower } from '../../../src/engine/onnx/lower.js'
import { convolutionRulesBy } from '../../../src/engine/onnx/rules/convolution.js'
import {
  formulationsOf,
  type Formulations,
} from '../../../src/engine/onnx/rules/convolution/formulations.js'
import { trace } from '../../../src/engine/onnx/trace.js'
import { inputPosition, type Side } from '../../../src/engine/onnx/windows.js'
import { largestDifference, scattered } from '../../contract/engine-values.js'

interface Case {
  readonly batch: number
  readonly channels: readonly [inputs: number, outputs: number]
  readonly height: Side
  readonly width: Side
}

const side = fc
  .record({
    input: fc.integer({ min: 1, max: 9 }),
    window: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    before: fc.integer({ min: 0, max: 3 }),
    after: fc.integer({ min: 0, max: 3 }),
  })
  .filter((given) => outputOf(given) > 0)
  .map((given): Side => ({ ...given, output: outputOf(given) }))

/** Where three taps move by one, which is what the tiles are for. */
const tiled = fc
  .integer({ min: 1, max: 11 })
  .map((input): Side => ({ ...ofThree, input, output: input }))

const ofThree = { window: 3, stride: 1, dilation: 1, before: 1, after: 1 }

const cases = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  channels: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  height: fc.oneof(side, tiled),
  width: fc.oneof(side, tiled),
})

describe('convolution formulations', () => {
  before(async () => {
    await openEngine({ name: 'onnxruntime', device: 'cpu', threads: 1 })
  })

  it('agree with the definition, forward and in both gradients', async function () {
    this.timeout(60_000)
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const expected = byDefinition(given)
        for (const formulations of formulationsFor(given)) {
          const actual = await computed(given, formulations)
          for (const name of ['y', 'dx', 'dw'] as const) {
            const difference = largestDifference(actual[name], expected[name])
            const way = JSON.stringify(formulations)
            assert.ok(difference < 3e-6, `${name} by ${way} is off by ${difference}`)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('are chosen by shape alone: few products for small maps of many channels and images', () => {
    const chosen = (size: number, channels: number, batch: number, stride = 1) =>
      formulationsOf({
        batch,
        inputChannels: channels,
        outputChannels: channels,
        outputShape: [],
        height: sized(size, stride),
        width: sized(size, stride),
      }).forward
    assert.deepEqual(
      [chosen(1, 512, 256), chosen(2, 256, 256), chosen(4, 128, 256), chosen(4, 128, 256, 2)],
      ['transformed', 'transformed', 'transformed', 'convolve'],
    )
    assert.deepEqual(
      [chosen(4, 128, 1), chosen(4, 8, 256), chosen(56, 64, 32)],
      ['convolve', 'convolve', 'convolve'],
    )
  })
})

function sized(input: number, stride: number): Side {
  return { ...ofThree, stride, input, output: Math.ceil(input / stride) }
}

function outputOf({ input, window, stride, dilation, before, after }: Omit<Side, 'output'>) {
  return Math.floor((input + before + after - (window - 1) * dilation - 1) / stride) + 1
}

/** Every formulation that can compute a case, each paired with one of the other kernels'. */
function formulationsFor({ height, width }: Case): Formulations[] {
  const sides = [height, width]
  const moveByOne = sides.every(({ stride }) => stride === 1)
  const isReversible = sides.every((each) => {
    const leading = (each.window - 1) * each.dilation - each.before
    const trailing = each.input + (each.window - 1) * each.dilation - each.output - leading
    return leading >= 0 && trailing >= 0
  })
  const isPoint = sides.every((each) => each.window === 1 && each.before + each.after === 0)
  const meetsInput = !reads(height, width).next().done
  return [
    ...(meetsInput ? [transformed] : []),
    { forward: 'convolve', inputGradient: 'phases', filterGradient: 'columns' },
    ...choice(moveByOne && isReversible, 'convolve'),
    ...choice(moveByOne && isPoint, 'product'),
  ]
}

const transformed: Formulations = {
  forward: 'transformed',
  inputGradient: 'transformed',
  filterGradient: 'transformed',
}

function choice(applies: boolean, inputGradient: Formulations['inputGradient']): Formulations[] {
  return applies ? [{ forward: 'convolve', inputGradient, filterGradient: 'columns' }] : []
}

function valuesOf({ batch, channels: [inputs, outputs], height, width }: Case) {
  const shapes = {
    x: [batch, height.input, width.input, inputs],
    filter: [height.window, width.window, inputs, outputs],
    dy: [batch, height.output, width.output, outputs],
  }
  const filled = Object.entries(shapes).map(([name, shape]) => {
    return [name, scattered(shape.reduce((product, size) => product * size, 1))] as const
  })
  return { shapes, values: Object.fromEntries(filled) as Record<keyof typeof shapes, Float32Array> }
}

/** The kernels as tfjs calls them, in the formulations given, on ONNX Runtime. */
async function computed(given: Case, formulations: Formulations) {
  const { shapes, values } = valuesOf(given)
  const { height, width } = given
  const spec = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]),
  )
  const attributes = {
    strides: [height.stride, width.stride],
    dilations: [height.dilation, width.dilation],
    pad: [
      [0, 0],
      [height.before, height.after],
      [width.before, width.after],
      [0, 0],
    ],
    dataFormat: 'NHWC',
    inputShape: shapes.x,
    filterShape: shapes.filter,
  }
  const run = (kernel: string, inputs: Record<string, Tensor>): Tensor =>
    tfjs().runKernel(kernel, inputs, attributes)
  const traced = trace(
    ({ x, filter, dy }) => ({
      y: run('Conv2D', { x: x!, filter: filter! }),
      dx: run('Conv2DBackpropInput', { dy: dy!, filter: filter! }),
      dw: run('Conv2DBackpropFilter', { x: x!, dy: dy! }),
    }),
    { inputs: spec, state: [] },
  )
  const rules = convolutionRulesBy(() => formulations)
  const lowering = lower(traced, [], (kernel, layer) => rules[kernel] ?? ruleOf(kernel, layer))
  const outputs = traced.outputs.map(({ name, value: { shape, ...value } }) => {
    const placed = lowering.inOrder({ shape, ...value }, rowMajor(shape.length))
    lowering.graph.name(placed, name)
    return { name, type: 'float32' as const, dims: shape }
  })
  const { bytes } = lowering.graph.encode(lowering.feeds(), outputs)
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  })
  const feeds = lowering.feeds().flatMap(({ name, input, dims }) => {
    const data = values[input as keyof typeof values]
    return session.inputNames.includes(name) ? [[name, new OrtTensor('float32', data, dims)]] : []
  })
  const results = await session.run(Object.fromEntries(feeds) as Record<string, OrtTensor>)
  await session.release()
  const of = (name: string) => results[name]!.data as Float32Array
  return { y: of('y'), dx: of('dx'), dw: of('dw') }
}

/** The sums that define a convolution and its gradients, in float64. */
function byDefinition(given: Case) {
  const { values } = valuesOf(given)
  const { x, filter, dy } = values
  const { batch, channels, height, width } = given
  const [inputs, outputs] = channels
  const [y, dx, dw] = [dy, x, filter].map(({ length }) => new Float64Array(length))
  const positions = [...reads(height, width)]
  for (const image of rowMajor(batch)) {
    for (const { tap, from, to } of positions) {
      for (const c of rowMajor(inputs)) {
        for (const o of rowMajor(outputs)) {
          const xAt = (image * height.input * width.input + from) * inputs + c
          const yAt = (image * height.output * width.output + to) * outputs + o
          const wAt = (tap * inputs + c) * outputs + o
          y![yAt]! += x[xAt]! * filter[wAt]!
          dx![xAt]! += dy[yAt]! * filter[wAt]!
          dw![wAt]! += dy[yAt]! * x[xAt]!
        }
      }
    }
  }
  return { y: y!, dx: dx!, dw: dw! }
}

/** Which input position each tap reads for each output position, all of them flat. */
function* reads(height: Side, width: Side) {
  for (const outY of rowMajor(height.output)) {
    for (const outX of rowMajor(width.output)) {
      for (const tapY of rowMajor(height.window)) {
        for (const tapX of rowMajor(width.window)) {
          const [y, x] = [inputPosition(height, outY, tapY), inputPosition(width, outX, tapX)]
          if (y < 0 || x < 0) continue
          const tap = tapY * width.window + tapX
          yield { tap, from: y * width.input + x, to: outY * width.output + outX }
        }
      }
    }
  }
}
